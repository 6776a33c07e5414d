/// Participants of a conversation.
extension APIDocument {
    static let participants: Area = Area(
        tag: "Participants", summary: "Who takes part: people in the application, and people behind a pair of addresses.",
        variables: [.conversation, .key("Sid", "The participant's SID or identity.")],
        operations: [
            .list(
                "ConversationParticipant", everybody, "participants", of: participant, pageMax: 100, "Lists a conversation's participants"),
            .create(
                "ConversationParticipant", everybody, participant, "Adds a participant to a conversation", headers: [participantWebhooks],
                form: [
                    Field("Identity", .string, "Who it is in the application."),
                    Field("MessagingBinding.Address", .string, "The phone number or mail address of somebody outside."),
                    Field("MessagingBinding.ProxyAddress", .string, "Our address, which that person writes to."),
                    Field("MessagingBinding.ProjectedAddress", .string, "An application user's own number in group messaging."),
                    Field("Attributes", .string, "JSON text."), Field("RoleSid", .sid("RL")), Field("DateCreated", .dateTime),
                    Field("DateUpdated", .dateTime),
                ]),
            .fetch("ConversationParticipant", somebody, participant, "Reads a participant"),
            .update(
                "ConversationParticipant", somebody, participant, "Changes a participant", headers: [participantWebhooks],
                form: [
                    Field("Identity", .string), Field("Attributes", .string, "JSON text."), Field("RoleSid", .sid("RL")),
                    Field("MessagingBinding.ProxyAddress", .string, "The word null removes it."),
                    Field("MessagingBinding.ProjectedAddress", .string, "The word null removes it."),
                    Field("LastReadMessageIndex", .integer, "The index of the last message that was read.", nullable: true),
                    Field("LastReadTimestamp", .string), Field("DateCreated", .dateTime), Field("DateUpdated", .dateTime),
                ]),
            .delete("ConversationParticipant", somebody, "Removes a participant; the messages stay", headers: [participantWebhooks]),
        ])

    private static let everybody = "Conversations/{ConversationSid}/Participants"
    private static let somebody = "Conversations/{ConversationSid}/Participants/{Sid}"
    private static let participantWebhooks: Parameter = .webhookEnabled("conversation_participant")

    static let participant: Resource = Resource(
        ["conversation", "conversation_participant"],
        [
            Field("sid", .sid("MB")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS"), only: .service),
            Field("conversation_sid", .sid("CH")), Field("identity", .string, "Null for somebody outside."),
            Field("attributes", .string, "JSON text."),
            Field("messaging_binding", .anyJSON, "How somebody outside is reached: type, address, proxy_address. Null for others."),
            Field("role_sid", .sid("RL")), Field("last_read_message_index", .integer, "Null until it was set."),
            Field("last_read_timestamp", .string), Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri),
        ])
}
