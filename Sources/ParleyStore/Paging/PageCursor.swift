import Foundation
import ParleyCore

/// What a page token says: the list it is for, the key of a row, and on which side of that row the page is. Base64url (RFC 4648 §5) of a
/// JSON array, opaque to all others.
struct PageCursor: Hashable {
    enum Key: Hashable, Codable {
        case number(Int64)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int64.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }

    let list: String
    let keys: [Int64]
    /// True when the row itself belongs to the page: the page before an empty end.
    let isInclusive: Bool

    init(list: String, keys: [Int64], isInclusive: Bool = false) {
        self.list = list
        self.keys = keys
        self.isInclusive = isInclusive
    }

    /// - Throws: ``InvalidCursor`` unless the text is a cursor of this list with this number of keys.
    init(_ text: String, list: String, keyCount: Int) throws {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard text.utf8.count <= 1024, !text.contains("="), let data = Data(base64Encoded: padded),
            let parts = try? JSONDecoder().decode([Key].self, from: data), parts.count == keyCount + 2, parts[0] == .text(list)
        else { throw InvalidCursor() }
        switch parts[1] {
        case .number(0): isInclusive = false
        case .number(1): isInclusive = true
        default: throw InvalidCursor()
        }
        keys = try parts.dropFirst(2).map { part in
            guard case .number(let number) = part else { throw InvalidCursor() }
            return number
        }
        self.list = list
    }

    func text() throws -> String {
        let parts = [Key.text(list), .number(isInclusive ? 1 : 0)] + keys.map(Key.number)
        return try JSONEncoder().encode(parts).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
