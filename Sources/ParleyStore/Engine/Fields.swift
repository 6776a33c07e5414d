import GRDB
import ParleyCore

/// Reads one row's columns in order. What is not of the type expected throws: a database changed by hand must not stop the process.
struct Fields {
    private let row: Row
    private var index = 0

    init(_ row: Row) { self.row = row }

    mutating func value() throws -> DatabaseValue {
        guard index < row.count else { throw UnexpectedRow.malformed("enough columns") }
        defer { index += 1 }
        return row[index]
    }

    mutating func text() throws -> String { try required(optionalText(), "a text") }

    mutating func optionalText() throws -> String? {
        switch try value().storage {
        case .null: nil
        case .string(let text): text
        default: throw UnexpectedRow.malformed("a text")
        }
    }

    mutating func integer() throws -> Int64 { try required(optionalInteger(), "a number") }

    mutating func optionalInteger() throws -> Int64? {
        switch try value().storage {
        case .null: nil
        case .int64(let number): number
        default: throw UnexpectedRow.malformed("a number")
        }
    }

    mutating func count() throws -> Int { Int(try integer()) }

    mutating func bytes() throws -> [UInt8] { try required(optionalBytes(), "bytes") }

    mutating func optionalBytes() throws -> [UInt8]? {
        switch try value().storage {
        case .null: nil
        case .blob(let data): Array(data)
        default: throw UnexpectedRow.malformed("bytes")
        }
    }

    mutating func sid() throws -> SID { try required(optionalSID(), "an identifier") }

    mutating func optionalSID() throws -> SID? {
        guard let text = try optionalText() else { return nil }
        return try required(SID(text), "an identifier")
    }

    mutating func instant() throws -> Instant { Instant(milliseconds: try integer()) }

    mutating func optionalInstant() throws -> Instant? { try optionalInteger().map(Instant.init(milliseconds:)) }

    mutating func choice<Choice: RawRepresentable<String>>() throws -> Choice { try required(optionalChoice(), "\(Choice.self)") }

    mutating func optionalChoice<Choice: RawRepresentable<String>>() throws -> Choice? {
        guard let text = try optionalText() else { return nil }
        return try required(Choice(rawValue: text), "\(Choice.self)")
    }

    /// A set of words that are stored with a space between them.
    mutating func words<Word: RawRepresentable<String> & Hashable>() throws -> Set<Word> {
        Set(try text().split(separator: " ").map { try required(Word(rawValue: String($0)), "\(Word.self)") })
    }

    /// Words in an order that matters, stored with a space between them.
    mutating func orderedWords<Word: RawRepresentable<String>>() throws -> [Word] {
        try text().split(separator: " ").map { try required(Word(rawValue: String($0)), "\(Word.self)") }
    }

    private func required<Value>(_ value: Value?, _ what: String) throws -> Value {
        guard let value else { throw UnexpectedRow.malformed(what) }
        return value
    }
}

/// A set of words as it is stored: sorted, so that equal sets are equal texts.
func words<Word: RawRepresentable<String>>(_ set: Set<Word>) -> String {
    set.map(\.rawValue).sorted().joined(separator: " ")
}

/// Words as they are stored where their order matters.
func orderedWords<Word: RawRepresentable<String>>(_ words: [Word]) -> String { words.map(\.rawValue).joined(separator: " ") }
