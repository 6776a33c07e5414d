import Hummingbird
import ParleyBroker
import ParleyCore

/// What users of a service are to be told by push. It is stored and returned; this gateway pushes nothing itself.
struct NotificationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "Configuration/Notifications", fetch), Route(.post, "Configuration/Notifications", update)] }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = desk.service(exchange)
        let settings = try await desk.read(exchange) { try $0.notifications(of: sid) }
        return .json(desk.presentation(exchange).notifications(settings))
    }

    private func update(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        var fact = UpdateNotifications(desk.service(exchange))
        fact.isLogEnabled = try form.boolean("LogEnabled")
        fact.countsBadge = try form.boolean("NewMessage.BadgeCountEnabled")
        fact.newMessage = try changes(form, "NewMessage")
        fact.newMessageWithMedia = UpdateNotifications.Changes(
            isEnabled: try form.boolean("NewMessage.WithMedia.Enabled"), template: try form.text("NewMessage.WithMedia.Template"))
        fact.addedToConversation = try changes(form, "AddedToConversation")
        fact.removedFromConversation = try changes(form, "RemovedFromConversation")
        let presentation = desk.presentation(exchange)
        return try await desk.post(fact, exchange, body: body, status: 200) { settings, _ in presentation.notifications(settings) }
    }

    private func changes(_ form: Parameters, _ occasion: String) throws -> UpdateNotifications.Changes {
        UpdateNotifications.Changes(
            isEnabled: try form.boolean("\(occasion).Enabled"), template: try form.text("\(occasion).Template"),
            sound: try form.text("\(occasion).Sound"))
    }
}

extension Presentation {
    func notifications(_ settings: NotificationSettings) -> JSON {
        let message = settings.newMessage
        let media = settings.newMessageWithMedia
        return [
            "account_sid": JSON(configuration.account), "chat_service_sid": JSON(service), "log_enabled": .bool(settings.isLogEnabled),
            "added_to_conversation": occasion(settings.addedToConversation),
            "new_message": [
                "enabled": .bool(message.isEnabled), "template": .string(message.template),
                "badge_count_enabled": .bool(settings.countsBadge), "sound": .string(message.sound),
                "with_media": ["enabled": .bool(media.isEnabled), "template": .string(media.template)],
            ],
            "removed_from_conversation": occasion(settings.removedFromConversation), "url": .string(url("/Configuration/Notifications")),
        ]
    }

    private func occasion(_ occasion: NotificationSettings.Occasion) -> JSON {
        ["enabled": .bool(occasion.isEnabled), "template": .string(occasion.template), "sound": .string(occasion.sound)]
    }
}
