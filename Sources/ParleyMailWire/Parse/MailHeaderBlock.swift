/// The header fields of a mail in the order in which they stand, read in one pass over the raw bytes.
struct MailHeaderBlock: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        /// Lower case.
        let name: String
        /// Unfolded (RFC 5322 §2.2.3), without CR, LF and NUL, trimmed.
        let value: [UInt8]
    }

    private(set) var fields: [Field] = []
    private(set) var problems: [MailProblem] = []

    init(_ raw: [UInt8], limits: MailLimits) {
        var name: String?
        var value: [UInt8] = []
        var count = 0
        var lines = MailLines(raw[...])
        while let line = lines.next() {
            guard line.start < limits.headerBytesMax else {
                problems.append(.headerTooLong)
                break
            }
            if line.content.isEmpty { break }
            if line.content.first == 0x20 || line.content.first == 0x09 {
                if name != nil { value += line.content.prefix(limits.headerBytesMax) }
                continue
            }
            finish(name, value)
            name = nil
            // A line that is no field (`From ` of mbox files, garbage) is passed over with its continuations.
            guard let (fieldName, rest) = Self.split(line.content) else { continue }
            count += 1
            guard count <= limits.headersMax else {
                problems.append(.tooManyHeaders)
                break
            }
            name = fieldName
            value = Array(rest.prefix(limits.headerBytesMax))
        }
        finish(name, value)
        if let start = lines.lastStart, lines.position - start > limits.headerBytesMax, !problems.contains(.headerTooLong) {
            problems.append(.headerTooLong)
        }
    }

    /// `name:` and what follows it; blanks before the colon are tolerated (RFC 5322 §4.5.8).
    static func split(_ line: ArraySlice<UInt8>) -> (name: String, rest: ArraySlice<UInt8>)? {
        guard let colon = line.prefix(256).firstIndex(of: 0x3A) else { return nil }
        var name = line[line.startIndex..<colon]
        while let last = name.last, last == 0x20 || last == 0x09 { name.removeLast() }
        guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return (String(decoding: name, as: UTF8.self).lowercased(), line[(colon + 1)...])
    }

    private mutating func finish(_ name: String?, _ value: [UInt8]) {
        guard let name else { return }
        let clean = value.filter { $0 != 0 && $0 != 0x0D && $0 != 0x0A }
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = clean.firstIndex(where: { !isBlank($0) }), let last = clean.lastIndex(where: { !isBlank($0) }) else {
            return fields.append(Field(name: name, value: []))
        }
        fields.append(Field(name: name, value: Array(clean[first...last])))
    }

    /// The values of all fields of this name; case does not matter.
    func values(_ name: String) -> [[UInt8]] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }

    func first(_ name: String) -> [UInt8]? {
        let name = name.lowercased()
        return fields.first { $0.name == name }?.value
    }
}
