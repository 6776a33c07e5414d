public import ParleyCore

/// What the webhooks' rules depend on besides the database.
public struct WebhookRules: Sendable {
    /// What becomes of an action whose pre-hook did not answer, or answered what cannot be read.
    public enum WhenUnanswered: String, Sendable, CaseIterable {
        /// It goes on unchanged, as the contract has it.
        case publish
        case refuse
    }

    public var account: SID
    public var signer: WebhookSigner
    /// Callers choose the URLs, so that private networks are out of reach unless the settings allow them.
    public var trust: Trust = .strangerChosen
    public var whenUnanswered: WhenUnanswered = .publish
    /// How long one request may take.
    public var timeout: Duration = .seconds(5)
    /// The longest answer that is read, in bytes.
    public var answerBytesMax = 256 * 1024
    /// Requests under way at a time, over all targets; one target has one at most.
    public var concurrency = 16
    /// How long what was settled stays in the log.
    public var keepLog: Duration = .seconds(7 * 24 * 3600)
    public var retry = WebhookRetryPolicy()

    public init(account: SID = SID(.account, high: 0, low: 0), authToken: String = "") {
        self.account = account
        signer = WebhookSigner(authToken: authToken)
    }
}

/// Conversations need no messaging service here, but the contract shows one in each.
public enum MessagingService {
    /// It follows from the account and the service, so that it is the same each time.
    public static func sid(account: SID, service: SID) -> SID? {
        let digest = ContentDigest.hex(ofParts: ["messaging-service", account.text, service.text])
        return SID("MG" + digest.prefix(32), .messagingService)
    }
}

extension Rules {
    func messagingService(of service: SID) -> SID? { MessagingService.sid(account: webhooks.account, service: service) }
}
