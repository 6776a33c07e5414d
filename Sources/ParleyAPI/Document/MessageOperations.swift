/// Messages of a conversation, and the receipts of their deliveries.
extension APIDocument {
    static let messages: Area = Area(
        tag: "Messages", summary: "What was said, in the order of its index.",
        variables: [.conversation, .sid("Sid", "IM", "The message's SID.")],
        operations: [
            .list(
                "ConversationMessage", messagesPath, "messages", of: message, pageMax: 100, "Lists a conversation's messages",
                query: [
                    .query(
                        "Order", .enumeration(Enumeration("conversation_message", "order_type", ["asc", "desc"])),
                        "By the index: asc when not given.")
                ]),
            .create(
                "ConversationMessage", messagesPath, message, "Says something in a conversation", headers: [messageWebhooks],
                form: [
                    Field(
                        "MediaSid", .sid("ME"),
                        "A medium that was uploaded and belongs to no message yet; up to ten of them when it is repeated, in their order."),
                    Field("ContentSid", .sid("HX"), "Content that stands in place of the body and the medium."),
                    Field("ContentVariables", .string, "The content's variables, a JSON object in text."),
                ], also: messageForm),
            .fetch("ConversationMessage", messagePath, message, "Reads a message"),
            .update(
                "ConversationMessage", messagePath, message, "Changes a message; what was sent outside is not sent again",
                headers: [messageWebhooks], form: messageForm),
            .delete("ConversationMessage", messagePath, "Deletes a message; its index is not used again", headers: [messageWebhooks]),
        ])

    static let receipts: Area = Area(
        tag: "Delivery receipts", summary: "What became of a message on its way to each person outside.",
        variables: [.conversation, .sid("MessageSid", "IM", "The message's SID."), .sid("Sid", "DY", "The receipt's SID.")],
        operations: [
            .list(
                "ConversationMessageReceipt", receiptsPath, "delivery_receipts", of: receipt, pageMax: 50, "Lists the receipts of a message"
            ),
            .fetch("ConversationMessageReceipt", receiptPath, receipt, "Reads a receipt"),
        ])

    static let message: Resource = Resource(
        ["conversation", "conversation_message"],
        [
            Field("sid", .sid("IM")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS"), only: .service),
            Field("conversation_sid", .sid("CH")),
            Field("index", .integer, "Its place in the conversation, from 0; there may be gaps.", nullable: false),
            Field("author", .string), Field("body", .string),
            Field("media", .array(.anyJSON), "The attachments: sid, size, content_type, filename of each. Null when there is none."),
            Field("attributes", .string, "JSON text."), Field("participant_sid", .sid("MB"), "Null when no participant is the author."),
            Field(
                "delivery", .anyJSON,
                "total receipts, and whether all, some or none are sent, delivered, read, failed, undelivered. Null when it went to nobody."
            ),
            Field("content_sid", .sid("HX")), Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri),
            Field("links", .links),
        ])

    private static let messagesPath = "Conversations/{ConversationSid}/Messages"
    private static let messagePath = "Conversations/{ConversationSid}/Messages/{Sid}"
    private static let receiptsPath = "Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts"
    private static let receiptPath = "Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}"
    private static let messageWebhooks: Parameter = .webhookEnabled("conversation_message")

    private static let messageForm: [Field] = [
        Field("Author", .string, "Who says it: a participant's identity or address, or any other name. When not given, system."),
        Field("Body", .string), Field("Attributes", .string, "JSON text."), Field("Subject", .string, "A mail's subject."),
        Field("DateCreated", .dateTime), Field("DateUpdated", .dateTime),
    ]

    private static let receipt: Resource = Resource(
        ["conversation", "conversation_message", "conversation_message_receipt"],
        [
            Field("sid", .sid("DY")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS"), only: .service),
            Field("conversation_sid", .sid("CH")), Field("message_sid", .sid("IM")), Field("participant_sid", .sid("MB")),
            Field("channel_message_sid", .anySID, "The message as its channel knows it."),
            // Null until the first attempt has ended.
            Field(
                "status",
                .enumeration(
                    Enumeration(
                        "conversation_message_receipt", "delivery_status", ["read", "failed", "delivered", "undelivered", "sent"],
                        nullable: true))),
            Field("error_code", .integer, "0 when nothing went wrong.", nullable: false), Field("date_created", .dateTime),
            Field("date_updated", .dateTime), Field("url", .uri),
        ])
}
