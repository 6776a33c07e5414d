import Foundation
import ParleyBroker
import ParleyCore

/// Reads the lines of an export. What is wrong is told by the line's number and by what was expected; no value is repeated.
struct ImportLine {
    let number: Int
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], number: Int) {
        self.bytes = bytes
        self.number = number
    }

    enum Kind: String { case conversation, participant, message, end }

    func kind() throws -> Kind {
        guard !hasNUL else { throw expected("no NUL") }
        let text = try decode(OfKind.self).kind
        guard let kind = Kind(rawValue: text) else { throw expected("kind to be conversation, participant, message or end") }
        return kind
    }

    func conversation() throws -> Numbered<ImportedConversation> {
        let line = try decode(ConversationLine.self)
        guard line.format == ConversationExport.format else { throw expected("format to be \(ConversationExport.format)") }
        guard let state = Conversation.State(rawValue: line.state) else { throw expected("state to be active, inactive or closed") }
        return Numbered(
            ImportedConversation(
                state: state, uniqueName: line.unique_name, friendlyName: line.friendly_name, attributes: line.attributes,
                messagingService: try line.messaging_service_sid.map { try sid($0, .messagingService, "messaging_service_sid") },
                created: try date(line.date_created, "date_created"), updated: try date(line.date_updated, "date_updated"),
                inactiveTimer: line.timers?.inactive, closedTimer: line.timers?.closed, emailName: line.bindings?.email?.name,
                emailAddress: line.bindings?.email?.projected_address, createdBy: line.created_by ?? "system"),
            line: number)
    }

    func participant() throws -> Numbered<ImportedParticipant> {
        let line = try decode(ParticipantLine.self)
        let pair = try line.messaging_binding.map { binding in
            Pair(
                proxy: try address(binding.proxy_address, "messaging_binding.proxy_address"),
                address: try address(binding.address, "messaging_binding.address"))
        }
        guard line.identity?.isEmpty != true, (line.identity == nil) != (pair == nil) else {
            throw expected("either identity or messaging_binding")
        }
        if let pair, pair.proxy.channel != pair.address.channel { throw expected("both addresses to be of one kind") }
        guard (line.last_read_message_index ?? 0) >= 0 else { throw expected("last_read_message_index to be at least 0") }
        let level = line.notification_level.map(Participant.NotificationLevel.init(rawValue:)) ?? .default
        guard let level else { throw expected("notification_level to be default or muted") }
        return Numbered(
            ImportedParticipant(
                sid: try sid(line.sid, .participant, "sid"), identity: line.identity, pair: pair,
                role: try line.role_sid.map { try sid($0, .role, "role_sid") }, attributes: line.attributes,
                created: try date(line.date_created, "date_created"), updated: try date(line.date_updated, "date_updated"),
                lastReadIndex: line.last_read_message_index,
                lastReadAt: try line.last_read_timestamp.map { try date($0, "last_read_timestamp") }, notificationLevel: level),
            line: number)
    }

    /// A message, and the bytes that stand in its line by their keys.
    func message() throws -> (Numbered<ImportedMessage>, content: [MediaKey: [UInt8]]) {
        let line = try decode(MessageLine.self)
        guard (0...Self.indexMax).contains(line.index) else { throw expected("index to be from 0 to \(Self.indexMax)") }
        var content: [MediaKey: [UInt8]] = [:]
        let media = try (line.media ?? []).map { medium in
            guard let key = MediaKey(rawValue: medium.sha256) else { throw expected("media.sha256 to be 64 hexadecimal digits") }
            guard let category = Media.Category(rawValue: medium.category) else {
                throw expected("media.category to be media, body or history")
            }
            guard medium.size >= 0 else { throw expected("media.size to be at least 0") }
            guard (1...255).contains(medium.content_type.utf8.count), medium.content_type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else { throw expected("media.content_type to be a media type such as image/png") }
            if let text = medium.content {
                guard let data = Data(base64Encoded: text), data.count <= ConversationExport.inlineBytesMax else {
                    throw expected("media.content to be Base64 of at most \(ConversationExport.inlineBytesMax) bytes")
                }
                guard data.count == medium.size, ContentDigest.hex(of: data) == medium.sha256 else {
                    throw expected("media.content to have the size and the sha256 that stand beside it")
                }
                content[key] = [UInt8](data)
            }
            return ImportedMessage.Medium(
                key: key, contentType: medium.content_type, size: medium.size, filename: medium.filename, category: category,
                isKept: medium.content != nil)
        }
        let message = ImportedMessage(
            index: line.index, author: line.author,
            participant: try line.participant_sid.map { try sid($0, .participant, "participant_sid") },
            body: line.body, subject: line.subject, attributes: line.attributes, created: try date(line.date_created, "date_created"),
            updated: try date(line.date_updated, "date_updated"), media: media)
        return (Numbered(message, line: number), content)
    }

    func end() throws -> (messages: Int, participants: Int) {
        let line = try decode(EndLine.self)
        return (line.messages, line.participants)
    }

    func expected(_ what: String) -> Refusal { .importLine(number, what) }

    /// Far beyond any conversation, and far from the end of numbers.
    private static let indexMax = 2_147_483_647

    private func sid(_ text: String, _ kind: SID.Kind, _ name: String) throws -> SID {
        guard let sid = SID(text, kind) else { throw expected("\(name) to be \(kind.rawValue) and 32 hexadecimal digits") }
        return sid
    }

    private func date(_ text: String, _ name: String) throws -> Instant {
        guard let instant = WireDate.instant(text) else { throw expected("\(name) to be a date such as 2026-01-31T12:00:00.000Z") }
        return instant
    }

    private func address(_ text: String, _ name: String) throws -> Address {
        do {
            return try Address(text)
        } catch {
            throw expected("\(name) to be an address; it \(error)")
        }
    }

    /// A NUL ends a text for SQLite and for much else. In JSON it can stand as an escape only.
    private var hasNUL: Bool {
        var rest = bytes[...]
        while let mark = rest.firstIndex(of: 0x5C) {
            let escape = bytes[(mark + 1)...].prefix(5)
            if escape.elementsEqual("u0000".utf8) { return true }
            rest = bytes[min(mark + 2, bytes.endIndex)...]
        }
        return bytes.contains(0)
    }

    private func decode<Line: Decodable>(_ type: Line.Type) throws -> Line {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            switch error {
            case .keyNotFound(let key, let context): throw expected(Self.path(context.codingPath + [key]))
            case .valueNotFound(let type, let context), .typeMismatch(let type, let context):
                throw expected("\(Self.path(context.codingPath)) to be \(Self.word(type))")
            default: throw expected("a JSON object")
            }
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        let names = keys.filter { $0.intValue == nil }.map(\.stringValue)
        return names.isEmpty ? "the line" : names.joined(separator: ".")
    }

    private static func word(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Int.Type: "a whole number"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}

extension Refusal {
    static func importLine(_ number: Int, _ expectation: String) -> Refusal {
        Refusal(code: 20001, status: 400, message: "Invalid line \(number): expected \(expectation)")
    }
}

// The lines as they are written; their names are the format's.
private struct OfKind: Decodable { var kind: String }

private struct ConversationLine: Decodable {
    var format: Int
    var state: String
    var unique_name: String?
    var friendly_name: String?
    var attributes: String
    var messaging_service_sid: String?
    var date_created: String
    var date_updated: String
    var timers: Timers?
    var bindings: Bindings?
    var created_by: String?

    struct Timers: Decodable {
        var inactive: String?
        var closed: String?
    }

    struct Bindings: Decodable {
        var email: Email?

        struct Email: Decodable {
            var name: String?
            var projected_address: String?
        }
    }
}

private struct ParticipantLine: Decodable {
    var sid: String
    var identity: String?
    var messaging_binding: Binding?
    var role_sid: String?
    var attributes: String
    var date_created: String
    var date_updated: String
    var last_read_message_index: Int?
    var last_read_timestamp: String?
    var notification_level: String?

    struct Binding: Decodable {
        var address: String
        var proxy_address: String
    }
}

private struct MessageLine: Decodable {
    var index: Int
    var author: String
    var participant_sid: String?
    var body: String?
    var subject: String?
    var attributes: String
    var date_created: String
    var date_updated: String
    var media: [Medium]?

    struct Medium: Decodable {
        var content_type: String
        var size: Int
        var filename: String?
        var category: String
        var sha256: String
        var content: String?
    }
}

private struct EndLine: Decodable {
    var messages: Int
    var participants: Int
}
