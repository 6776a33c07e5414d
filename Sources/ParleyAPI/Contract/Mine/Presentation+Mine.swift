import ParleyBroker
import ParleyCore

/// A conversation in the shape of its resource, with what it is to the user who asks.
extension Presentation {
    func ownConversation(_ row: OwnConversation) -> JSON {
        let (conversation, participant) = (row.membership.conversation, row.membership.participant)
        return .object(
            members(conversation) + [
                Member("created_by", .string(conversation.createdBy)), Member("messages_count", .integer(conversation.messageCount)),
                Member("participants_count", .integer(conversation.participantCount)),
                Member("last_message", row.lastMessage.map(lastMessage) ?? .null), Member("participant", self.participant(participant)),
                Member("notification_level", .string(participant.notificationLevel.rawValue)),
                Member("last_read_message_index", JSON(participant.lastReadIndex)), Member("unread_messages_count", JSON(row.unread)),
            ])
    }

    private func lastMessage(_ row: Message) -> JSON { ["index": .integer(row.index), "date_created": date(row.created)] }
}
