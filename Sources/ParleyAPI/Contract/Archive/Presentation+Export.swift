import Foundation
import ParleyBroker
import ParleyCore

/// The lines of an export.
extension Presentation {
    func exported(_ row: Conversation) -> JSON {
        [
            "kind": "conversation", "format": .integer(ConversationExport.format), "sid": JSON(row.sid),
            "chat_service_sid": JSON(row.service), "state": .string(row.state.rawValue), "unique_name": JSON(row.uniqueName),
            "friendly_name": JSON(row.friendlyName), "attributes": .string(row.attributes),
            "messaging_service_sid": JSON(row.messagingService), "date_created": precise(row.created), "date_updated": precise(row.updated),
            "timers": ["inactive": JSON(row.inactiveTimer), "closed": JSON(row.closedTimer)],
            "bindings": ["email": ["name": JSON(row.emailBindingName), "projected_address": JSON(row.emailBindingAddress)]],
            "created_by": .string(row.createdBy),
        ]
    }

    func exported(_ row: Participant) -> JSON {
        [
            "kind": "participant", "sid": JSON(row.sid), "identity": JSON(row.identity),
            "messaging_binding": row.binding.map(binding) ?? .null, "role_sid": JSON(row.role), "attributes": .string(row.attributes),
            "date_created": precise(row.created), "date_updated": precise(row.updated), "last_read_message_index": JSON(row.lastReadIndex),
            "last_read_timestamp": row.lastReadAt.map(precise) ?? .null, "notification_level": .string(row.notificationLevel.rawValue),
        ]
    }

    func exported(_ row: Message, media: [JSON], receipts: [Delivery]) -> JSON {
        [
            "kind": "message", "sid": JSON(row.sid), "index": .integer(row.index), "author": .string(row.author),
            "participant_sid": JSON(row.participant), "body": JSON(row.body), "subject": JSON(row.subject),
            "attributes": .string(row.attributes), "date_created": precise(row.created), "date_updated": precise(row.updated),
            "media": .array(media), "receipts": .array(receipts.map(exported)),
        ]
    }

    /// - Parameter content: the bytes, when they stand in the line.
    func exported(_ row: Media, content: [UInt8]?) -> JSON {
        let members: [Member] = [
            Member("sid", JSON(row.sid)), Member("content_type", .string(row.contentType)), Member("size", .integer(row.size)),
            Member("filename", JSON(row.filename)), Member("category", .string(row.category.rawValue)),
            Member("sha256", .string(row.key.rawValue)),
        ]
        return .object(members + (content.map { [Member("content", .string(Data($0).base64EncodedString()))] } ?? []))
    }

    private func exported(_ row: Delivery) -> JSON {
        [
            "sid": JSON(row.sid), "participant_sid": JSON(row.participant), "status": JSON(row.status?.rawValue),
            "error_code": .integer(row.errorCode), "date_created": precise(row.created), "date_updated": precise(row.updated),
        ]
    }

    /// With milliseconds, so that nothing is lost on the way into another gateway.
    private func precise(_ instant: Instant) -> JSON { .string(WireDate.precise(instant)) }
}
