/// The account's configuration and that of a service, with its notifications.
extension APIDocument {
    static let configuration: Area = Area(
        tag: "Configuration", summary: "What holds for an account, or for a service.", scopes: [.root],
        operations: [
            .fetch("Configuration", "Configuration", accountConfiguration, "Reads the account's configuration"),
            .update(
                "Configuration", "Configuration", accountConfiguration, "Changes the account's configuration",
                form: [
                    Field("DefaultChatServiceSid", .sid("IS"), "The service that paths mean which name none."),
                    Field("DefaultMessagingServiceSid", .sid("MG")),
                    Field("DefaultInactiveTimer", .string, "Of new conversations: an ISO 8601 duration."),
                    Field("DefaultClosedTimer", .string, "Of new conversations: an ISO 8601 duration."),
                ]),
        ])

    static let serviceConfiguration: Area = Area(
        tag: "Configuration", scopes: [.service],
        operations: [
            .fetch("Configuration", "Configuration", ofService, "Reads a service's configuration"),
            .update(
                "Configuration", "Configuration", ofService, "Changes a service's configuration",
                form: [
                    Field("DefaultConversationCreatorRoleSid", .sid("RL"), "The role of who creates a conversation."),
                    Field("DefaultConversationRoleSid", .sid("RL"), "The role of who is added to a conversation."),
                    Field("DefaultChatServiceRoleSid", .sid("RL"), "The role of a new user."),
                    Field("ReachabilityEnabled", .boolean, "Whether users show if they are online and can be notified."),
                ]),
        ])

    static let notifications: Area = Area(
        tag: "Configuration", scopes: [.service],
        operations: [
            .fetch("Notification", "Configuration/Notifications", notification, "Reads what a service's push notifications say"),
            .update(
                "Notification", "Configuration/Notifications", notification, "Changes what a service's push notifications say",
                form: [
                    Field("LogEnabled", .boolean), Field("NewMessage.Enabled", .boolean), Field("NewMessage.Template", .string),
                    Field("NewMessage.Sound", .string), Field("NewMessage.BadgeCountEnabled", .boolean),
                    Field("NewMessage.WithMedia.Enabled", .boolean), Field("NewMessage.WithMedia.Template", .string),
                    Field("AddedToConversation.Enabled", .boolean), Field("AddedToConversation.Template", .string),
                    Field("AddedToConversation.Sound", .string), Field("RemovedFromConversation.Enabled", .boolean),
                    Field("RemovedFromConversation.Template", .string), Field("RemovedFromConversation.Sound", .string),
                ]),
        ])

    private static let accountConfiguration: Resource = Resource(
        ["configuration"],
        [
            Field("account_sid", .sid("AC")), Field("default_chat_service_sid", .sid("IS")),
            Field("default_messaging_service_sid", .sid("MG")), Field("default_inactive_timer", .string, "An ISO 8601 duration."),
            Field("default_closed_timer", .string, "An ISO 8601 duration."), Field("url", .uri), Field("links", .links),
        ])

    private static let ofService: Resource = Resource(
        ["configuration"],
        [
            Field("chat_service_sid", .sid("IS")), Field("default_conversation_creator_role_sid", .sid("RL")),
            Field("default_conversation_role_sid", .sid("RL")), Field("default_chat_service_role_sid", .sid("RL")),
            Field("reachability_enabled", .boolean), Field("url", .uri), Field("links", .links),
        ])

    private static let notification: Resource = Resource(
        ["configuration", "notification"],
        [
            Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("new_message", .anyJSON, "enabled, template, sound, badge_count_enabled; with_media has its own enabled and template."),
            Field("added_to_conversation", .anyJSON, "enabled, template, sound."),
            Field("removed_from_conversation", .anyJSON, "enabled, template, sound."), Field("log_enabled", .boolean), Field("url", .uri),
        ])
}
