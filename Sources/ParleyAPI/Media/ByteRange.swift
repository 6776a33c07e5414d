/// What a `Range` header asks for (RFC 9110 §14.2).
enum ByteRange: Hashable {
    case whole
    case part(Range<Int>)
    case unsatisfiable

    /// Reads one range. What is no range of bytes, or several, is answered with the whole, as the RFC allows.
    static func read(_ header: String?, size: Int) -> ByteRange {
        guard let header, header.lowercased().hasPrefix("bytes=") else { return .whole }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }) else { return .whole }
        // A number that is too large to be read lies beyond any medium.
        let numbers = ends.map { $0.isEmpty ? nil : Int($0) ?? Int.max }
        switch (numbers[0], numbers[1]) {
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .part(first..<(min(last, size - 1) + 1)) : .unsatisfiable
        case (let first?, nil):
            return first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let suffix?):
            return suffix > 0 && size > 0 ? .part(max(size - suffix, 0)..<size) : .unsatisfiable
        case (nil, nil):
            return .whole
        }
    }
}
