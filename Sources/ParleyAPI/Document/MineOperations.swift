import HTTPTypes

/// What a chat user's client reads of the user's own conversations: with an access token only.
extension APIDocument {
    static let myConversations: Area = Area(
        tag: extensions, variables: [.conversation],
        operations: [
            .list(
                "MyConversation", "MyConversations", "conversations", of: myConversation, pageMax: 100,
                "Lists the user's conversations in the order of joining"),
            .fetch("MyConversation", myConversationPath, myConversation, "Reads a conversation as the user has it"),
            .update(
                "MyConversation", myConversationPath, myConversation, "Changes how far the user has read, and how they are notified",
                form: [
                    Field(
                        "LastReadMessageIndex", .integer, "The index of the last message that was read. The word null takes it away.",
                        nullable: true),
                    Field("Advance", .boolean, "true moves it forward only: an index that is not beyond it changes nothing."),
                    Field("NotificationLevel", .enumeration(notificationLevel)),
                ]),
            Operation(
                verb: "List", noun: "MyConversationMessage", method: .get, path: myConversationPath + "/Messages",
                summary: "Reads a stretch of a conversation's messages, in ascending order",
                parameters: [
                    .query(
                        "Anchor", .integerWithin(minimum: 0, maximum: nil, format: "int64"),
                        "The index where the stretch begins, which no message need have; the conversation's end or beginning when not given."
                    ),
                    .query(
                        "Direction", .enumeration(Enumeration(own: "direction", ["backwards", "forward"])),
                        "Towards earlier messages, or towards later ones: backwards when not given."),
                    .query(
                        "PageSize", .integerWithin(minimum: 1, maximum: 100, format: "int64"),
                        "Messages in the stretch: 30 when not given, at most 100."),
                ],
                replies: [Reply(200, "The stretch.", .window("messages", message))]),
        ])

    private static let myConversationPath = "MyConversations/{ConversationSid}"

    private static let myConversation: Resource = Resource(
        own: "my_conversation", hasTwin: true,
        conversationFields("conversation") + [
            Field("created_by", .string, nullable: false), Field("messages_count", .integer, nullable: false),
            Field("participants_count", .integer, nullable: false),
            Field(
                "last_message",
                .object([Field("index", .integer), Field("date_created", .dateTime)]), "The newest one. Null when there is none."),
            Field("participant", .resource(participant)), Field("notification_level", .enumeration(notificationLevel)),
            Field("last_read_message_index", .integer, "Null while nothing was read."),
            Field("unread_messages_count", .integer, "Up to 1000. Null while nothing was read."),
        ])
}
