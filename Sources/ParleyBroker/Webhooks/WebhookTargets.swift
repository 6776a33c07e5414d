import ParleyCore

/// Finds who is to be told of what, for a stretch of the event log.
struct WebhookTargets {
    let rules: Rules
    let transaction: any ReadTransaction
    private var configurations: [SID?: WebhookConfiguration?] = [:]
    private var scoped: [SID: [ScopedWebhook]] = [:]

    init(rules: Rules, transaction: any ReadTransaction) {
        self.rules = rules
        self.transaction = transaction
    }

    /// What is owed for an event: to the account's webhook, to the service's, and to those of the conversation.
    mutating func contents(for event: Event) throws -> [WebhookContent] {
        guard event.origin.firesWebhooks else { return [] }
        let hooks = try scoped(event.conversation)
        let account = try configuration(of: nil)
        // Most installations have no webhooks: the details are read only where somebody may ask for them.
        let service = try event.service ?? event.conversation.flatMap { try transaction.service(of: $0) }
        let own = try service.flatMap { try configuration(of: $0) }
        guard account != nil || own != nil || !hooks.isEmpty else { return [] }
        let writer = HookForm(rules: rules, transaction: transaction)
        guard let form = try writer.parameters(of: event) else { return [] }
        // By what it is about an erasure finds it.
        let subject = try writer.stranger(of: event)?.sid ?? event.subject

        func content(_ scope: String, _ url: String, _ method: HookMethod?) -> WebhookContent {
            WebhookContent(
                scope: scope, hook: form.hook, url: url, method: method ?? .post, parameters: form.list, conversation: event.conversation,
                event: event.position, subject: subject, identity: event.origin.identity)
        }
        var contents: [WebhookContent] = []
        for configuration in [account, own].compactMap(\.self) where configuration.since < event.position {
            guard let url = configuration.url(for: form.hook) else { continue }
            contents.append(content(configuration.service?.text ?? WebhookContent.account, url, configuration.method))
        }
        for webhook in hooks where webhook.since < event.position && isTold(webhook, of: form) {
            guard let url = webhook.url else { continue }
            contents.append(content(webhook.sid.text, url, webhook.method))
        }
        return contents
    }

    private func isTold(_ webhook: ScopedWebhook, of form: (hook: Hook, service: SID?, list: [HookParameter])) -> Bool {
        switch webhook.target {
        case .webhook: webhook.filters.contains(form.hook)
        case .trigger: form.hook == .onMessageAdded && webhook.isTriggered(by: form.list.first { $0.name == "Body" }?.value)
        // There is nothing here that runs flows.
        case .studio: false
        }
    }

    private mutating func configuration(of service: SID?) throws -> WebhookConfiguration? {
        if let known = configurations[service] { return known }
        let found = try transaction.webhookConfiguration(of: service)
        configurations[service] = .some(found)
        return found
    }

    private mutating func scoped(_ conversation: SID?) throws -> [ScopedWebhook] {
        guard let conversation else { return [] }
        if let known = scoped[conversation] { return known }
        let found = try transaction.scopedWebhooks(of: conversation, page: PageRequest(size: rules.limits.scopedWebhooks)).rows
        scoped[conversation] = found
        return found
    }
}
