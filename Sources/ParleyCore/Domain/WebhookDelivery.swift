/// One parameter of a webhook's request, in its place.
public struct HookParameter: Sendable, Hashable, Codable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What is owed to a webhook: one event for one target, with everything that is sent frozen when it was queued.
public struct WebhookDelivery: Sendable, Hashable {
    /// waiting ⇄ sending, then delivered or given up, both of which end it until an operator replays it.
    public enum Phase: String, Sendable, Codable, CaseIterable {
        case waiting
        /// A request is under way.
        case sending
        /// The other side answered 2xx.
        case delivered
        case givenUp = "given_up"
    }

    public let id: Int64
    public let content: WebhookContent
    public var phase: Phase
    /// The number of the latest attempt, 0 before the first.
    public var attempt: Int
    public var due: Instant
    public let created: Instant
    /// When it was queued, or replayed: the time to give up runs from here.
    public var queued: Instant
    public var settled: Instant?
    /// What the latest attempt came to: the HTTP status, or why there was no answer.
    public var status: Int?
    public var failure: String?

    public init(
        id: Int64, content: WebhookContent, phase: Phase = .waiting, attempt: Int = 0, due: Instant, created: Instant, queued: Instant,
        settled: Instant? = nil, status: Int? = nil, failure: String? = nil
    ) {
        self.id = id
        self.content = content
        self.phase = phase
        self.attempt = attempt
        self.due = due
        self.created = created
        self.queued = queued
        self.settled = settled
        self.status = status
        self.failure = failure
    }
}

/// What a webhook is sent, and where.
public struct WebhookContent: Sendable, Hashable {
    /// Whose webhook it is: `account`, a service, or a webhook of a conversation.
    public var scope: String
    public var hook: Hook
    public var url: String
    public var method: HookMethod
    /// All but what differs between attempts.
    public var parameters: [HookParameter]
    public var conversation: SID?
    /// The position of the event it tells of; nil for a replayed message.
    public var event: Int64?
    /// What it is about.
    public var subject: SID?
    /// The chat identity that caused it, which the parameters name as the client's.
    public var identity: String?

    public init(
        scope: String, hook: Hook, url: String, method: HookMethod, parameters: [HookParameter], conversation: SID? = nil,
        event: Int64? = nil, subject: SID? = nil, identity: String? = nil
    ) {
        self.scope = scope
        self.hook = hook
        self.url = url
        self.method = method
        self.parameters = parameters
        self.conversation = conversation
        self.event = event
        self.subject = subject
        self.identity = identity
    }

    /// The name of the parameter that says who caused it.
    public static let clientIdentity = "ClientIdentity"

    /// The same, caused by somebody of another name.
    public func caused(by identity: String?) -> WebhookContent {
        var content = self
        content.identity = identity
        content.parameters = parameters.compactMap { parameter in
            guard parameter.name == Self.clientIdentity else { return parameter }
            return identity.map { HookParameter(Self.clientIdentity, $0) }
        }
        return content
    }

    /// What is kept in order: one URL of one webhook.
    public var lane: String { "\(scope) \(url)" }

    /// The scope of the account's webhooks.
    public static let account = "account"
}

/// The record of one attempt. Holds no body of either side.
public struct WebhookAttempt: Sendable, Hashable {
    public var number: Int
    public var at: Instant
    public var status: Int?
    public var failure: String?

    public init(number: Int, at: Instant, status: Int? = nil, failure: String? = nil) {
        self.number = number
        self.at = at
        self.status = status
        self.failure = failure
    }
}

/// The state of one target's lane.
public struct WebhookLane: Sendable, Hashable {
    /// Attempts in a row that came to nothing.
    public var failures: Int
    /// Nothing is sent to it until then.
    public var restsUntil: Instant?

    public init(failures: Int = 0, restsUntil: Instant? = nil) {
        self.failures = failures
        self.restsUntil = restsUntil
    }
}
