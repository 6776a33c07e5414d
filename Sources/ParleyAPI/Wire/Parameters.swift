import ParleyCore

/// The parameters of a query or a form (`application/x-www-form-urlencoded`).
///
/// Parameters that nobody asks for are ignored, as the contract has it. One that is a single value is refused when it is given twice, for
/// which of the two was meant cannot be told.
struct Parameters: Sendable {
    private var values: [String: [String]] = [:]

    init() {}

    /// - Throws: 400/20001 with the parameter's name, when something is not percent-encoded UTF-8.
    init(_ text: some Collection<UInt8>) throws(Refusal) {
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ PercentEncoding.decode($0, plusIsSpace: true) }) else {
                throw .invalid("name", "a parameter's name is not percent-encoded UTF-8")
            }
            guard let value = PercentEncoding.decode(parts.count > 1 ? Array(parts[1]) : [], plusIsSpace: true) else {
                throw .invalid(Parameters.shown(name), "expected percent-encoded UTF-8 without NUL")
            }
            values[name, default: []].append(value)
        }
    }

    /// The value as it was given, nil when it was not.
    func text(_ name: String) throws(Refusal) -> String? {
        guard let given = values[name] else { return nil }
        guard given.count == 1 else { throw .invalid(name, "given more than once") }
        return given.first
    }

    /// A name to look for. One that nothing can have is a mistake of the caller's: it is longer than names are, or has a control character.
    func name(_ name: String, charactersMax limit: Int) throws(Refusal) -> String? {
        guard let text = try text(name) else { return nil }
        return try Parameters.checked(text, name, charactersMax: limit)
    }

    /// Names to look for; nil when none was given.
    func names(_ name: String, charactersMax limit: Int, countMax: Int) throws(Refusal) -> [String]? {
        guard let given = try list(name, countMax: countMax) else { return nil }
        var names: [String] = []
        for text in given { names.append(try Parameters.checked(text, name, charactersMax: limit)) }
        return names
    }

    private static func checked(_ text: String, _ name: String, charactersMax limit: Int) throws(Refusal) -> String {
        guard text.unicodeScalars.count <= limit else { throw .invalid(name, "longer than \(limit) characters") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .invalid(name, "has a line break or another control character")
        }
        return text
    }

    /// A value that the operation cannot do without. An empty one counts as missing.
    func required(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .missing(name) }
        return text
    }

    /// The values of a parameter that may be repeated, in the order given; nil when it was not given.
    ///
    /// - Throws: 400/20001 when there are more than `countMax`.
    func list(_ name: String, countMax: Int) throws(Refusal) -> [String]? {
        guard let given = values[name] else { return nil }
        guard given.count <= countMax else { throw .invalid(name, "given more than \(countMax) times") }
        return given
    }

    /// Words of a parameter that may be repeated, compared without case, each once; nil when it was not given.
    func words<Word: RawRepresentable & CaseIterable & Hashable>(_ name: String, _: Word.Type, countMax: Int = 100) throws(Refusal)
        -> [Word]?
    where Word.RawValue == String {
        guard let given = try list(name, countMax: countMax) else { return nil }
        var words: [Word] = []
        for text in given {
            let word = try Parameters.word(text, name, Word.self)
            if !words.contains(word) { words.append(word) }
        }
        return words
    }

    /// `true` or `false`, in any case.
    func boolean(_ name: String) throws(Refusal) -> Bool? {
        guard let text = try text(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .invalid(name, "expected true or false")
        }
    }

    /// A word of a list, compared without case.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type) throws(Refusal) -> Word? where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        return try Parameters.word(text, name, Word.self)
    }

    private static func word<Word: RawRepresentable & CaseIterable>(_ text: String, _ name: String, _: Word.Type) throws(Refusal) -> Word
    where Word.RawValue == String {
        let folded = text.lowercased()
        guard let word = Word.allCases.first(where: { $0.rawValue.lowercased() == folded }) else {
            throw .invalid(name, "expected \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    func sid(_ name: String, _ kind: SID.Kind) throws(Refusal) -> SID? {
        guard let text = try text(name) else { return nil }
        return try Parameters.sid(text, name, kind)
    }

    /// SIDs of a parameter that may be repeated, in the order given; nil when it was not given, or was given once and empty, which says
    /// that there are none.
    func sids(_ name: String, _ kind: SID.Kind, countMax: Int) throws(Refusal) -> [SID]? {
        guard let given = try list(name, countMax: countMax), given != [""] else { return nil }
        var sids: [SID] = []
        for text in given { sids.append(try Parameters.sid(text, name, kind)) }
        return sids
    }

    private static func sid(_ text: String, _ name: String, _ kind: SID.Kind) throws(Refusal) -> SID {
        guard let sid = SID(text, kind) else { throw .invalid(name, "expected a SID: \(kind.rawValue) and 32 hexadecimal digits") }
        return sid
    }

    /// A whole number within a range.
    func integer(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(text), range.contains(number) else {
            let bounds = range.upperBound == Int.max ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw .invalid(name, "expected a whole number \(bounds)")
        }
        return number
    }

    func instant(_ name: String) throws(Refusal) -> Instant? {
        guard let text = try text(name) else { return nil }
        guard let instant = WireDate.instant(text) else {
            throw .invalid(name, "expected a date and time in ISO 8601, such as 2026-01-31T12:00:00Z")
        }
        return instant
    }

    /// A strange name is not repeated to the caller.
    private static func shown(_ name: String) -> String {
        name.utf8.count <= 64 && name.utf8.allSatisfy(PercentEncoding.isUnreserved) ? name : "value"
    }
}
