public import ParleyCore

/// A caller set the webhooks of the account or of a service. Nil leaves a field as it is; an empty URL removes it.
public struct ConfigureWebhooks: Fact {
    /// Nil for the account's.
    public var service: SID?
    public var method: HookMethod?
    /// Names as they were given.
    public var filters: [String]?
    public var preURL: String?
    public var postURL: String?
    public var target: WebhookConfiguration.Target?

    public init(
        of service: SID?, method: HookMethod? = nil, filters: [String]? = nil, preURL: String? = nil, postURL: String? = nil,
        target: WebhookConfiguration.Target? = nil
    ) {
        self.service = service
        self.method = method
        self.filters = filters
        self.preURL = preURL
        self.postURL = postURL
        self.target = target
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> WebhookConfiguration
    {
        if let service { _ = try transaction.live(service) }
        var configuration = try transaction.webhookConfiguration(of: service) ?? WebhookConfiguration(service: service)
        if let method { configuration.method = method }
        if let filters {
            guard let hooks = Hook.read(filters) else {
                throw Refusal.invalid("Filters", "expected \(Hook.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            configuration.filters = hooks
        }
        if let preURL { configuration.preURL = try ConfigureWebhooks.url(preURL, "PreWebhookUrl") }
        if let postURL { configuration.postURL = try ConfigureWebhooks.url(postURL, "PostWebhookUrl") }
        if let target { configuration.target = target }
        try transaction.put(configuration)
        return configuration
    }

    private static func url(_ text: String, _ parameter: String) throws(Refusal) -> String? {
        guard !text.isEmpty else { return nil }
        if let problem = WebhookURL.problem(with: text) { throw .invalid(parameter, problem) }
        return text
    }
}
