/// On whose behalf something happens: it decides which webhooks fire and which permissions are asked for (contract: semantics §8, §14).
public struct Origin: Sendable, Hashable {
    /// Where an action comes from; the raw value is what webhooks call it.
    public enum Source: String, Sendable, Codable, CaseIterable {
        /// A caller of the REST API with an account's or a key's credentials.
        case api = "API"
        /// A user of an application, by an access token.
        case sdk = "SDK"
        /// A person outside, by text message or by mail.
        case sms = "SMS"
        case email = "EMAIL"
        /// The gateway itself, such as a timer.
        case gateway = "GATEWAY"
    }

    public var source: Source
    /// The chat identity that acts; set for users of an application, whose role then limits them.
    public var identity: String?
    /// True when webhooks fire for it.
    public var firesWebhooks: Bool

    public init(source: Source, identity: String? = nil, firesWebhooks: Bool) {
        self.source = source
        self.identity = identity
        self.firesWebhooks = firesWebhooks
    }

    public static let gateway = Origin(source: .gateway, firesWebhooks: true)

    /// A caller of the REST API. Webhooks fire only when the request asks for it.
    public static func api(firesWebhooks: Bool = false) -> Origin { Origin(source: .api, firesWebhooks: firesWebhooks) }

    /// A user of an application.
    public static func sdk(_ identity: String) -> Origin { Origin(source: .sdk, identity: identity, firesWebhooks: true) }

    public static func channel(_ channel: Channel) -> Origin {
        Origin(source: channel == .email ? .email : .sms, firesWebhooks: true)
    }
}
