import ParleyBroker
import ParleyCore

/// Webhooks in the contract's shapes (contract: REST §3, §4 `configuration`).
extension Presentation {
    /// The webhooks of the account, or of the service that the path names. What was never set is null in a service's; the account's has the contract's
    /// defaults.
    func webhooks(_ row: WebhookConfiguration?) -> JSON {
        let method = row?.method?.rawValue.uppercased()
        let filters = row?.filters.map { JSON.array($0.map { .string($0.rawValue) }) }
        let url = JSON.string(url("/Configuration/Webhooks"))
        if let service = mount.service {
            return [
                "account_sid": JSON(configuration.account), "chat_service_sid": JSON(service), "pre_webhook_url": JSON(row?.preURL),
                "post_webhook_url": JSON(row?.postURL), "filters": filters ?? .null, "method": JSON(method), "url": url,
            ]
        }
        return [
            "account_sid": JSON(configuration.account), "pre_webhook_url": JSON(row?.preURL), "post_webhook_url": JSON(row?.postURL),
            "method": .string(method ?? "POST"), "filters": filters ?? .array([]),
            "target": .string((row?.target ?? .webhook).rawValue), "url": url,
        ]
    }

    /// A webhook of a conversation. Its configuration has the members that its target has; a trigger's keywords are called filters there.
    func webhook(_ row: ScopedWebhook) -> JSON {
        .object(
            [JSON.Member("sid", JSON(row.sid)), JSON.Member("account_sid", JSON(configuration.account))]
                + (mount.namesService ? [JSON.Member("chat_service_sid", JSON(service))] : [])
                + [
                    JSON.Member("conversation_sid", JSON(row.conversation)), JSON.Member("target", .string(row.target.rawValue)),
                    JSON.Member("url", .string(url(row.conversation) + "/Webhooks/\(row.sid)")),
                    JSON.Member("configuration", settings(row)), JSON.Member("date_created", date(row.created)),
                    JSON.Member("date_updated", date(row.updated)),
                ])
    }

    private func settings(_ row: ScopedWebhook) -> JSON {
        let filters: [String]
        switch row.target {
        case .studio: return ["flow_sid": JSON(row.flow)]
        case .webhook: filters = row.filters.map(\.rawValue)
        case .trigger: filters = row.triggers
        }
        return ["url": JSON(row.url), "method": .string(row.method.rawValue), "filters": .array(filters.map(JSON.string))]
    }
}
