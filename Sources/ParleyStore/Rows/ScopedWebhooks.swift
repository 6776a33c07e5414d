import Foundation
import ParleyCore

/// Where webhooks go: those of the account and of services, and those of conversations.
extension SQLiteTransaction {
    func webhookConfiguration(of service: SID?) throws -> WebhookConfiguration? {
        try first(
            "SELECT method, filters, pre_url, post_url, target, since FROM webhook_configuration WHERE scope = ?1",
            [service?.text ?? WebhookContent.account]
        ) { fields in
            try WebhookConfiguration(
                service: service, method: fields.optionalChoice(), filters: fields.optionalList(), preURL: fields.optionalText(),
                postURL: fields.optionalText(), target: fields.choice(), since: fields.integer())
        }
    }

    func put(_ configuration: WebhookConfiguration) throws {
        try execute(
            """
            INSERT INTO webhook_configuration (scope, method, filters, pre_url, post_url, target, since)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT coalesce(max(position), 0) FROM event))
            ON CONFLICT (scope) DO UPDATE SET method = excluded.method, filters = excluded.filters, pre_url = excluded.pre_url,
                post_url = excluded.post_url, target = excluded.target,
                since = CASE WHEN post_url IS NULL THEN excluded.since ELSE since END
            """,
            [
                configuration.service?.text ?? WebhookContent.account, configuration.method?.rawValue, configuration.filters.map(json),
                configuration.preURL, configuration.postURL, configuration.target.rawValue,
            ])
    }

    static let scopedWebhookColumns = """
        sid, conversation, target, url, method, filters, triggers, flow, replay_after, replay_next, replay_end, since, created, updated
        """

    static func scopedWebhook(_ fields: inout Fields) throws -> ScopedWebhook {
        let (sid, conversation, target): (SID, SID, ScopedWebhook.Target) = try (fields.sid(), fields.sid(), fields.choice())
        let (url, method): (String?, HookMethod) = try (fields.optionalText(), fields.choice())
        let (filters, triggers): ([Hook], [String]) = try (fields.list(), fields.list())
        let (flow, after) = try (fields.optionalSID(), fields.optionalInteger().map { Int($0) })
        let (next, end) = try (fields.optionalInteger(), fields.optionalInteger())
        var replay: Range<Int>?
        if let next, let end {
            guard next <= end else { throw UnexpectedRow.malformed("a range of messages") }
            replay = Int(next)..<Int(end)
        }
        return try ScopedWebhook(
            sid: sid, conversation: conversation, target: target, url: url, method: method, filters: filters, triggers: triggers,
            flow: flow, replayAfter: after, replay: replay, since: fields.integer(), created: fields.instant(), updated: fields.instant())
    }

    func scopedWebhook(_ sid: SID, in conversation: SID) throws -> ScopedWebhook? {
        try first(
            "SELECT \(Self.scopedWebhookColumns) FROM scoped_webhook WHERE sid = ?1 AND conversation = ?2",
            [sid.text, conversation.text],
            Self.scopedWebhook)
    }

    func scopedWebhooks(of conversation: SID, page: PageRequest) throws -> Page<ScopedWebhook> {
        var listing = Listing(
            "webhooks", table: "scoped_webhook", keys: ["id"], columns: Self.scopedWebhookColumns, decode: Self.scopedWebhook)
        listing.filter("conversation = ?", conversation.text)
        return try self.page(listing, page)
    }

    func scopedWebhooksToReplay(limit: Int) throws -> [ScopedWebhook] {
        try rows(
            "SELECT \(Self.scopedWebhookColumns) FROM scoped_webhook WHERE replay_next IS NOT NULL ORDER BY id LIMIT ?1",
            [max(limit, 0)],
            Self.scopedWebhook)
    }

    @discardableResult
    func insert(_ webhook: ScopedWebhook) throws -> ScopedWebhook {
        let kept = try mapping([:]) {
            try first(
                """
                INSERT INTO scoped_webhook (\(Self.scopedWebhookColumns))
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, (SELECT coalesce(max(position), 0) FROM event), ?12, ?13)
                RETURNING \(Self.scopedWebhookColumns)
                """,
                [
                    webhook.sid.text, webhook.conversation.text, webhook.target.rawValue, webhook.url, webhook.method.rawValue,
                    json(webhook.filters), json(webhook.triggers), webhook.flow?.text, webhook.replayAfter, webhook.replay?.lowerBound,
                    webhook.replay?.upperBound, webhook.created.milliseconds, webhook.updated.milliseconds,
                ],
                Self.scopedWebhook)
        }
        guard let kept else { throw UnexpectedRow.missing("scoped_webhook") }
        return kept
    }

    func update(_ webhook: ScopedWebhook) throws {
        let changed = try execute(
            """
            UPDATE scoped_webhook SET url = ?2, method = ?3, filters = ?4, triggers = ?5, flow = ?6, replay_next = ?7, replay_end = ?8,
                updated = ?9
            WHERE sid = ?1
            """,
            [
                webhook.sid.text, webhook.url, webhook.method.rawValue, json(webhook.filters), json(webhook.triggers), webhook.flow?.text,
                webhook.replay?.lowerBound, webhook.replay?.upperBound, webhook.updated.milliseconds,
            ])
        if changed == 0 { throw UnexpectedRow.missing("scoped_webhook") }
    }

    func delete(_ webhook: ScopedWebhook) throws {
        try execute("DELETE FROM scoped_webhook WHERE sid = ?1", [webhook.sid.text])
    }
}

extension Fields {
    /// A list that is stored as JSON.
    mutating func list<Element: Decodable>() throws -> [Element] {
        guard let list: [Element] = try optionalList() else { throw UnexpectedRow.malformed("a list of \(Element.self)") }
        return list
    }

    mutating func optionalList<Element: Decodable>() throws -> [Element]? {
        guard let text = try optionalText() else { return nil }
        guard let list = try? JSONDecoder().decode([Element].self, from: Data(text.utf8)) else {
            throw UnexpectedRow.malformed("a list of \(Element.self)")
        }
        return list
    }
}
