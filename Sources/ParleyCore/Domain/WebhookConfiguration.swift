/// The webhooks of the account or of a service: where they go and what they are told of. What was never set is nil.
public struct WebhookConfiguration: Sendable, Hashable {
    public enum Target: String, Sendable, Codable, Hashable, CaseIterable {
        case webhook
        /// The contract's hosted contact centre. It is stored and shown, and nothing is called: there is none here.
        case flex
    }

    /// Nil for the account's.
    public let service: SID?
    public var method: HookMethod?
    public var filters: [Hook]?
    /// Asked before something happens. Absolute, http or https.
    public var preURL: String?
    /// Told of what happened.
    public var postURL: String?
    public var target: Target
    /// The last event before there was a URL to tell: what happened earlier is not told. Written by the store.
    public var since: Int64

    public init(
        service: SID? = nil, method: HookMethod? = nil, filters: [Hook]? = nil, preURL: String? = nil, postURL: String? = nil,
        target: Target = .webhook, since: Int64 = 0
    ) {
        self.service = service
        self.method = method
        self.filters = filters
        self.preURL = preURL
        self.postURL = postURL
        self.target = target
        self.since = since
    }

    /// The URL that is told of a hook, nil when none is.
    public func url(for hook: Hook) -> String? {
        guard target == .webhook, filters?.contains(hook) ?? false else { return nil }
        return hook.isPre ? preURL : postURL
    }
}
