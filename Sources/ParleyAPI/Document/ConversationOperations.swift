import HTTPTypes

/// Conversations, and conversations created together with their first participants.
extension APIDocument {
    static let conversations: Area = Area(
        tag: "Conversations", summary: "Conversations: their names, their state and their timers.",
        variables: [.key("Sid", "The conversation's SID or unique name.")],
        operations: [
            .list(
                "Conversation", "Conversations", "conversations", of: conversation, pageMax: 100, "Lists conversations",
                query: [
                    .query("StartDate", .string, "Only what was created on this day or later, as in 2026-01-31T00:00:00Z; newest first."),
                    .query("EndDate", .string, "Only what was created on this day or earlier, as in 2026-01-31T23:59:59Z; newest first."),
                    .query("State", .enumeration(conversationState("conversation")), "Only conversations in this state."),
                ]),
            .create(
                "Conversation", "Conversations", conversation, "Creates a conversation", headers: [conversationWebhooks],
                form: conversationForm("conversation")),
            .fetch("Conversation", "Conversations/{Sid}", conversation, "Reads a conversation"),
            .update(
                "Conversation", "Conversations/{Sid}", conversation, "Changes a conversation", headers: [conversationWebhooks],
                form: conversationForm("conversation")),
            .delete(
                "Conversation", "Conversations/{Sid}", "Deletes a conversation with everything that is in it",
                headers: [conversationWebhooks]),
        ])

    static let conversationsWithParticipants: Area = Area(
        tag: "Conversations",
        operations: [
            Operation(
                verb: "Create", noun: "ConversationWithParticipants", method: .post, path: "ConversationWithParticipants",
                summary: "Creates a conversation with up to ten participants",
                parameters: [.webhookEnabled("conversation_with_participants")],
                input: .form(conversationWithParticipantsForm),
                replies: [
                    Reply(201, "The created conversation.", .resource(conversationWithParticipants)),
                    Reply(202, "The conversation, which turns active once everybody was added.", .resource(conversationWithParticipants)),
                ], takesIdempotencyKey: true)
        ])

    static let conversation: Resource = Resource(["conversation"], conversationFields("conversation"))

    private static let conversationWithParticipants: Resource = Resource(
        ["conversation_with_participants"], conversationFields("conversation_with_participants"))

    private static let conversationWithParticipantsForm: [Field] =
        conversationForm("conversation_with_participants") + [
            Field(
                "Participant", .array(.string),
                "A participant as a JSON object with the members of a participant's form, such as {\"identity\": \"alice\"}.")
        ]

    private static let conversationWebhooks: Parameter = .webhookEnabled("conversation")

    private static func conversationState(_ owner: String) -> Enumeration {
        Enumeration(owner, "state", ["initializing", "inactive", "active", "closed"])
    }

    static func conversationFields(_ owner: String) -> [Field] {
        [
            Field("sid", .sid("CH")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("messaging_service_sid", .sid("MG")), Field("friendly_name", .string),
            Field("unique_name", .string, "It stands for the SID in paths."),
            Field("attributes", .string, "JSON text, as it was given; {} when none was."),
            Field("state", .enumeration(conversationState(owner))),
            Field("timers", .anyJSON, "When the state will change by itself: date_inactive, date_closed; empty when it will not."),
            Field(
                "bindings", .anyJSON, "The mail address and name that mails of the conversation carry: email.name, email.projected_address."
            ),
            Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri), Field("links", .links),
        ]
    }

    private static func conversationForm(_ owner: String) -> [Field] {
        [
            Field("FriendlyName", .string, "A name for people, of at most 256 characters."),
            Field("UniqueName", .string, "A name that no other conversation of the service has."),
            Field("Attributes", .string, "JSON text."),
            Field("MessagingServiceSid", .sid("MG")), Field("State", .enumeration(conversationState(owner))),
            Field("Timers.Inactive", .string, "After how long without a message it turns inactive: an ISO 8601 duration, PT1M at least."),
            Field("Timers.Closed", .string, "After how long it is closed: an ISO 8601 duration, PT10M at least."),
            Field("Bindings.Email.Address", .string, "The address that mails of the conversation carry."),
            Field("Bindings.Email.Name", .string, "The name that mails of the conversation carry."), Field("DateCreated", .dateTime),
            Field("DateUpdated", .dateTime),
        ]
    }
}
