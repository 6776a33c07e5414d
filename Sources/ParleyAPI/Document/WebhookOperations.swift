/// Webhooks: those of one conversation, and those of the account and of a service.
extension APIDocument {
    static let scopedWebhooks: Area = Area(
        tag: "Webhooks", summary: "Who is told of what happens.", variables: [.conversation, .sid("Sid", "WH", "The webhook's SID.")],
        operations: [
            .list("ConversationScopedWebhook", hooksPath, "webhooks", of: scopedWebhook, pageMax: 5, "Lists a conversation's webhooks"),
            .create(
                "ConversationScopedWebhook", hooksPath, scopedWebhook, "Adds a webhook to a conversation",
                form: [
                    Field(
                        "Target", .enumeration(Enumeration("conversation_scoped_webhook", "target", ["webhook", "trigger", "studio"])),
                        required: true),
                    Field("Configuration.ReplayAfter", .integer, "Messages after this index are told as if they were said now."),
                ], also: scopedWebhookForm),
            .fetch("ConversationScopedWebhook", hookPath, scopedWebhook, "Reads a conversation's webhook"),
            .update("ConversationScopedWebhook", hookPath, scopedWebhook, "Changes a conversation's webhook", form: scopedWebhookForm),
            .delete("ConversationScopedWebhook", hookPath, "Removes a webhook from a conversation"),
        ])

    /// The account's; a service's has another form and another name.
    static let webhookConfiguration: Area = Area(
        tag: "Webhooks", scopes: [.root],
        operations: [
            .fetch("ConfigurationWebhook", "Configuration/Webhooks", accountWebhook, "Reads the account's webhooks"),
            .update(
                "ConfigurationWebhook", "Configuration/Webhooks", accountWebhook, "Changes the account's webhooks",
                form: [Field("Target", .enumeration(webhookTarget("configuration_webhook")))], also: webhookForm(url: .string)),
        ])

    static let serviceWebhookConfiguration: Area = Area(
        tag: "Webhooks", scopes: [.service],
        operations: [
            .fetch("WebhookConfiguration", "Configuration/Webhooks", serviceWebhook, "Reads a service's webhooks"),
            .update(
                "WebhookConfiguration", "Configuration/Webhooks", serviceWebhook, "Changes a service's webhooks",
                form: webhookForm(url: .uri)),
        ])

    static func webhookTarget(_ owner: String) -> Enumeration { Enumeration(owner, "target", ["webhook", "flex"]) }

    /// Null while no webhook is set.
    static func webhookMethod(_ owner: String, nullable: Bool) -> Enumeration {
        Enumeration(owner, "method", ["GET", "POST"], nullable: nullable)
    }

    private static let hooksPath = "Conversations/{ConversationSid}/Webhooks"
    private static let hookPath = "Conversations/{ConversationSid}/Webhooks/{Sid}"

    private static let scopedWebhookForm: [Field] = [
        Field("Configuration.Url", .string, "Where events are told."),
        Field("Configuration.Method", .enumeration(Enumeration("conversation_scoped_webhook", "method", ["get", "post"]))),
        Field("Configuration.Filters", .array(.string), "The names of the events that are told."),
        Field("Configuration.Triggers", .array(.string), "Words of which a message must hold one."),
        Field("Configuration.FlowSid", .sid("FW")),
    ]

    private static let scopedWebhook: Resource = Resource(
        ["conversation", "conversation_scoped_webhook"],
        [
            Field("sid", .sid("WH")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS"), only: .service),
            Field("conversation_sid", .sid("CH")), Field("target", .string),
            Field("configuration", .anyJSON, "By the target: url, method, filters, triggers; or flow_sid."),
            Field("date_created", .dateTime),
            Field("date_updated", .dateTime), Field("url", .uri),
        ])

    private static func webhookForm(url: FieldType) -> [Field] {
        [
            Field("Method", .string, "GET or POST."), Field("Filters", .array(.string), "The names of the events that are told."),
            Field("PreWebhookUrl", url, "Asked before a change; it may refuse it."), Field("PostWebhookUrl", url, "Told after a change."),
        ]
    }

    private static let accountWebhook: Resource = Resource(
        ["configuration", "configuration_webhook"],
        [
            Field("account_sid", .sid("AC")), Field("method", .enumeration(webhookMethod("configuration_webhook", nullable: true))),
            Field("filters", .array(.string)), Field("pre_webhook_url", .string), Field("post_webhook_url", .string),
            Field("target", .enumeration(webhookTarget("configuration_webhook"))), Field("url", .uri),
        ])

    private static let serviceWebhook: Resource = Resource(
        ["configuration", "webhook_configuration"],
        [
            Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("method", .enumeration(webhookMethod("webhook_configuration", nullable: true))), Field("filters", .array(.string)),
            Field("pre_webhook_url", .uri), Field("post_webhook_url", .uri), Field("url", .uri),
        ])
}
