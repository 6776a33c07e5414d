/// Users of a service, and the conversations that they take part in.
extension APIDocument {
    static let users: Area = Area(
        tag: "Users", summary: "The people of the application.", variables: [.key("Sid", "The user's SID or identity.")],
        operations: [
            .list("User", "Users", "users", of: user, pageMax: 50, "Lists users"),
            .create(
                "User", "Users", user, "Creates a user", headers: [userWebhooks],
                form: [Field("Identity", .string, "Who it is.", required: true)], also: userForm),
            .fetch("User", "Users/{Sid}", user, "Reads a user"),
            .update("User", "Users/{Sid}", user, "Changes a user", headers: [userWebhooks], form: userForm),
            .delete("User", "Users/{Sid}", "Deletes a user", headers: [userWebhooks]),
        ])

    static let userConversations: Area = Area(
        tag: "Users",
        variables: [
            .key("UserSid", "The user's SID or identity."), .conversation,
        ],
        operations: [
            .list(
                "UserConversation", "Users/{UserSid}/Conversations", "conversations", of: userConversation, pageMax: 50,
                "Lists a user's conversations"),
            .fetch("UserConversation", userConversationPath, userConversation, "Reads a conversation as a user has it"),
            .update(
                "UserConversation", userConversationPath, userConversation, "Changes what a conversation is for a user",
                form: [
                    Field("NotificationLevel", .enumeration(notificationLevel)), Field("LastReadTimestamp", .dateTime),
                    Field("LastReadMessageIndex", .integer, "The index of the last message that was read.", nullable: true),
                ]),
            .delete("UserConversation", userConversationPath, "Takes a user out of a conversation"),
        ])

    static let participantConversations: Area = Area(
        tag: "Participants",
        operations: [
            .list(
                "ParticipantConversation", "ParticipantConversations", "conversations", of: participantConversation, pageMax: 50,
                "Lists the conversations of an identity or an address",
                query: [
                    .query("Identity", .string, "Whose conversations: a person of the application."),
                    .query("Address", .string, "Whose conversations: a person outside."),
                ])
        ])

    /// A conversation's states where nobody sees one that is being created.
    private static func settledState(_ owner: String) -> FieldType {
        .enumeration(Enumeration(owner, "state", ["inactive", "active", "closed"]))
    }

    private static let userConversationPath = "Users/{UserSid}/Conversations/{ConversationSid}"
    private static let userWebhooks: Parameter = .webhookEnabled("user")
    static let notificationLevel = Enumeration("user_conversation", "notification_level", ["default", "muted"])

    private static let userForm: [Field] = [
        Field("FriendlyName", .string, "A name for people."), Field("Attributes", .string, "JSON text."), Field("RoleSid", .sid("RL")),
    ]

    private static let user: Resource = Resource(
        ["user"],
        [
            Field("sid", .sid("US")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("role_sid", .sid("RL")),
            Field("identity", .string), Field("friendly_name", .string), Field("attributes", .string, "JSON text."),
            Field("is_online", .boolean, "Null unless the service keeps track."),
            Field("is_notifiable", .boolean, "Null unless the service keeps track."), Field("date_created", .dateTime),
            Field("date_updated", .dateTime), Field("url", .uri), Field("links", .links),
        ])

    private static let userConversation: Resource = Resource(
        ["user", "user_conversation"],
        [
            Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")), Field("conversation_sid", .sid("CH")),
            Field("user_sid", .sid("US")), Field("participant_sid", .sid("MB")), Field("friendly_name", .string),
            Field("unique_name", .string),
            Field("attributes", .string, "JSON text."), Field("conversation_state", settledState("user_conversation")),
            Field("timers", .anyJSON, "When the state will change by itself: date_inactive, date_closed."), Field("created_by", .string),
            Field("last_read_message_index", .integer, "Null until it was set."),
            Field("unread_messages_count", .integer, "Null while nothing was read."),
            Field("notification_level", .enumeration(notificationLevel)), Field("date_created", .dateTime),
            Field("date_updated", .dateTime),
            Field("url", .uri), Field("links", .links),
        ])

    private static let participantConversation: Resource = Resource(
        ["participant_conversation"],
        [
            Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")), Field("participant_sid", .sid("MB")),
            Field("participant_user_sid", .sid("US")), Field("participant_identity", .string),
            Field("participant_messaging_binding", .anyJSON, "How somebody outside is reached: type, address, proxy_address and others."),
            Field("conversation_sid", .sid("CH")), Field("conversation_unique_name", .string), Field("conversation_friendly_name", .string),
            Field("conversation_attributes", .string), Field("conversation_date_created", .dateTime),
            Field("conversation_date_updated", .dateTime), Field("conversation_created_by", .string),
            Field("conversation_state", settledState("participant_conversation")), Field("conversation_timers", .anyJSON),
            Field("links", .links),
        ])
}
