/// The row of one thing that came in. Its dedupe key is unique per adapter, which is what makes a repeat recognisable.
public struct InboxItem: Sendable, Hashable {
    public let id: Int64
    public let adapter: String
    public let dedupeKey: String
    /// Lower-case hexadecimal digest of what was said, to tell a repeat from other content under the same id.
    public let contentDigest: String
    public let kind: Kind
    public var verdict: Verdict
    /// Why, in a word of ours such as `unknown_pair`.
    public var reason: String?
    public let proxy: String?
    public let sender: String?
    public var conversation: SID?
    public var message: SID?
    /// The raw request or mail, up to 64 KiB.
    public let raw: [UInt8]?
    /// Where a longer raw form lies.
    public let rawKey: MediaKey?
    public let received: Instant

    public enum Kind: String, Sendable, Codable {
        case message
        case receipt
        /// Authentic, but nothing in it was understood.
        case unintelligible
    }

    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// It became a message, or evidence for a delivery.
        case appended
        /// It is another copy of something that became a message.
        case merged
        /// It is kept for a person's decision.
        case held
        /// It is kept and will not become a message.
        case ignored
        /// It was refused in the protocol's words.
        case rejected
    }

    /// What its form is like: words that stand behind the reason.
    public var flags: Set<Message.Flag> {
        Set((reason ?? "").split(separator: ",").compactMap { Message.Flag(rawValue: String($0.drop { $0 == " " })) })
    }

    public init(
        id: Int64, adapter: String, dedupeKey: String, contentDigest: String, kind: Kind, verdict: Verdict, reason: String? = nil,
        proxy: String? = nil, sender: String? = nil, conversation: SID? = nil, message: SID? = nil, raw: [UInt8]? = nil,
        rawKey: MediaKey? = nil, received: Instant
    ) {
        self.id = id
        self.adapter = adapter
        self.dedupeKey = dedupeKey
        self.contentDigest = contentDigest
        self.kind = kind
        self.verdict = verdict
        self.reason = reason
        self.proxy = proxy
        self.sender = sender
        self.conversation = conversation
        self.message = message
        self.raw = raw
        self.rawKey = rawKey
        self.received = received
    }
}
