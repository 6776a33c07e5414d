/// A message's row. Its place in the conversation is its index, which is never used again.
public struct Message: Sendable, Hashable {
    public let sid: SID
    public let conversation: SID
    public let index: Int
    public var author: String
    public var participant: SID?
    public var body: String?
    public var subject: String?
    /// JSON, kept byte for byte.
    public var attributes: String
    public var created: Instant
    /// When the row was last changed; equal to `created` until then.
    public var updated: Instant
    /// Which rule led an inbound message here; nil for a message from the API.
    public var matchedBy: MatchRule?
    public var flags: Set<Flag>
    /// Set when the message was deleted; the row stays as a tombstone.
    public var deleted: Instant?
    /// The aggregate over the message's deliveries, kept up in the transaction that changes one.
    public var delivery: DeliveryCounts

    /// What an operator should know about a message.
    public enum Flag: String, Sendable, Codable, CaseIterable {
        /// The provider gives no ids and the same request came within a minute.
        case possibleRepeat = "possible_repeat"
        /// The id was seen before with other content.
        case conflictingIdentity = "conflicting_identity"
        /// The mail or callback was malformed; the raw form holds more than what is shown.
        case malformed
        /// Media that it came with were named by their URL, and are not fetched.
        case mediaNotFetched = "media_not_fetched"
        /// It is of a longer text that came in parts, and not all of them were there in time.
        case partsMissing = "parts_missing"
        /// It was taken for a word that stops messages.
        case optOut = "opt_out"
        /// It was taken for a word that starts them again.
        case optIn = "opt_in"
        /// It may be meant to stop messages, and stopped nothing.
        case possibleOptOut = "possible_opt_out"
        /// The gateway's own answer to a word about consent: the person who said it is sent it, nobody else, even when they are stopped.
        case consentConfirmation = "consent_confirmation"
    }

    public init(
        sid: SID, conversation: SID, index: Int, author: String, participant: SID? = nil, body: String? = nil, subject: String? = nil,
        attributes: String = "{}", created: Instant, updated: Instant, matchedBy: MatchRule? = nil, flags: Set<Flag> = [],
        deleted: Instant? = nil, delivery: DeliveryCounts = DeliveryCounts()
    ) {
        self.sid = sid
        self.conversation = conversation
        self.index = index
        self.author = author
        self.participant = participant
        self.body = body
        self.subject = subject
        self.attributes = attributes
        self.created = created
        self.updated = updated
        self.matchedBy = matchedBy
        self.flags = flags
        self.deleted = deleted
        self.delivery = delivery
    }
}

/// The rule that led an inbound message to its conversation.
public enum MatchRule: String, Sendable, Codable, CaseIterable {
    /// A reply token in the recipient's address.
    case token
    /// The pair (proxy address, address).
    case pair
    /// An operator's decision on what was held.
    case assigned
}

/// How many deliveries of a message have got how far. Each counts every delivery that reached at least that status.
public struct DeliveryCounts: Sendable, Hashable, Codable {
    public var total: Int
    public var sent: Int
    public var delivered: Int
    public var read: Int
    public var failed: Int
    public var undelivered: Int

    public init(total: Int = 0, sent: Int = 0, delivered: Int = 0, read: Int = 0, failed: Int = 0, undelivered: Int = 0) {
        self.total = total
        self.sent = sent
        self.delivered = delivered
        self.read = read
        self.failed = failed
        self.undelivered = undelivered
    }
}
