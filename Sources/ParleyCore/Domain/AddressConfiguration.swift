/// What happens to messages that come to one of our addresses from somebody whom no conversation knows (contract: semantics §4).
public struct AddressConfiguration: Sendable, Hashable {
    /// The contract's types of addresses. Only `sms` and `email` can be served here; the others are stored and shown, and nothing comes in for them.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case sms
        case whatsapp
        case messenger
        case gbm
        case email
        case rcs
        case apple
        case chat

        public init(_ channel: Channel) {
            switch channel {
            case .sms: self = .sms
            case .email: self = .email
            }
        }

        /// The channel whose addresses these are; nil for what cannot be served here.
        public var channel: Channel? {
            switch self {
            case .sms: .sms
            case .email: .email
            default: nil
            }
        }
    }

    /// A conversation that is made for the first message of somebody unknown.
    public struct AutoCreation: Sendable, Hashable, Codable {
        public enum Kind: String, Sendable, Codable, CaseIterable {
            /// The conversation alone.
            case `default`
            /// With a webhook of its own.
            case webhook
            /// With a flow of the contract's hosted service, which is stored and shown and never called.
            case studio
        }

        public var isEnabled: Bool
        public var kind: Kind
        /// Where the conversation is made; nil for the default service.
        public var service: SID?
        /// Absolute, http or https; set for `webhook`.
        public var webhookURL: String?
        public var webhookMethod: HookMethod
        /// In the order they were given.
        public var webhookFilters: [Hook]
        /// Set for `studio`.
        public var flow: SID?
        public var retryCount: Int

        public init(
            isEnabled: Bool = false, kind: Kind = .default, service: SID? = nil, webhookURL: String? = nil,
            webhookMethod: HookMethod = .post, webhookFilters: [Hook] = [], flow: SID? = nil, retryCount: Int = 0
        ) {
            self.isEnabled = isEnabled
            self.kind = kind
            self.service = service
            self.webhookURL = webhookURL
            self.webhookMethod = webhookMethod
            self.webhookFilters = webhookFilters
            self.flow = flow
            self.retryCount = retryCount
        }
    }

    public let sid: SID
    public let kind: Kind
    /// As it was given.
    public let address: String
    /// What addresses are compared by: ``Address/key`` for those that can be served, the text itself for others.
    public let key: String
    public var friendlyName: String?
    /// ISO 3166-1 alpha-2, in capitals.
    public let country: String?
    public var autoCreation: AutoCreation
    /// What happens while auto creation is off; nil for what the adapter's settings say.
    public var unknownSender: AdapterProfile.UnknownSender?
    public let created: Instant
    public var updated: Instant

    public init(
        sid: SID, kind: Kind, address: String, key: String, friendlyName: String? = nil, country: String? = nil,
        autoCreation: AutoCreation = AutoCreation(), unknownSender: AdapterProfile.UnknownSender? = nil, created: Instant, updated: Instant
    ) {
        self.sid = sid
        self.kind = kind
        self.address = address
        self.key = key
        self.friendlyName = friendlyName
        self.country = country
        self.autoCreation = autoCreation
        self.unknownSender = unknownSender
        self.created = created
        self.updated = updated
    }
}

extension Refusal {
    /// 409: a type and an address have one configuration.
    public static let addressConfigured = Refusal(
        code: 20409, status: 409, message: "An address configuration with this Type and Address already exists (parameter Address)")

    /// 400/50407, an address to be configured that cannot be read.
    public static func configuredAddress(_ problem: String) -> Refusal {
        Refusal(code: 50407, status: 400, message: "Invalid parameter Address: \(problem)")
    }
}
