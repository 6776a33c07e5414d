/// The Broker, as a listener or a callback route sees it.
public protocol Intake: Sendable {
    /// Says whether a mail to this address would be taken (at RCPT). `recipient` is the envelope recipient as given, without brackets.
    ///
    /// - Throws: ``NotDurable`` when it cannot be told now.
    func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict

    /// Takes what came in: one commit for all of it, one verdict each, in the order given. Returns after the commit.
    ///
    /// - Throws: ``NotDurable`` when nothing was made durable; the other side is asked to try again.
    func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict]
}

/// The answer to RCPT.
public enum RecipientVerdict: Sendable, Hashable {
    /// The address is served. `address` is the proxy address with a valid token removed.
    case served(proxy: Address, token: ReplyToken?)
    /// No adapter serves it (550 5.1.1).
    case unknown
    /// It has the form of a reply token, and the token is not ours (550 5.1.1).
    case forged
}

/// What a reply token says, once it was verified.
public struct ReplyToken: Sendable, Hashable {
    /// The participant to whom the mail with this token was sent.
    public let participant: SID

    public init(participant: SID) { self.participant = participant }
}

/// Something a person outside said. Its coded form has neither the raw form nor the media's bytes, which are kept elsewhere by then.
public struct InboundFact: Sendable, Hashable, Codable {
    /// To whom it was sent, as given: a phone number or a mail's envelope recipient, token included.
    public var proxy: String
    /// Who sent it, as given.
    public var sender: String
    /// Names the event to its origin: a provider's id, or the Message-ID with From and Date. Nil when there is none.
    public var identity: String?
    public var text: String?
    public var subject: String?
    public var media: [InboundMedia] = []
    /// When the person sent it, where that is known.
    public var sentAt: Instant?
    /// The raw request or mail.
    public var raw: [UInt8] = []
    /// Message-IDs without brackets: of the mail, and those it answers.
    public var messageID: String?
    public var references: [String]
    /// Why nobody may be sent this though it is kept, such as `auto_submitted`; nil for what a person wrote.
    public var automatic: String?
    /// What was wrong with its form; it is kept all the same.
    public var problems: [String]
    /// Opaque ids of gateways that the mail has passed.
    public var hops: [String]

    private enum CodingKeys: CodingKey {
        case proxy, sender, identity, text, subject, sentAt, messageID, references, automatic, problems, hops
    }

    public init(
        proxy: String, sender: String, identity: String? = nil, text: String? = nil, subject: String? = nil, media: [InboundMedia] = [],
        sentAt: Instant? = nil, raw: [UInt8] = [], messageID: String? = nil, references: [String] = [], automatic: String? = nil,
        problems: [String] = [], hops: [String] = []
    ) {
        self.proxy = proxy
        self.sender = sender
        self.identity = identity
        self.text = text
        self.subject = subject
        self.media = media
        self.sentAt = sentAt
        self.raw = raw
        self.messageID = messageID
        self.references = references
        self.automatic = automatic
        self.problems = problems
        self.hops = hops
    }
}

/// A medium that came with an inbound message. Its bytes are in the fact: media that must be fetched first are a later step's work.
public struct InboundMedia: Sendable, Hashable {
    public var contentType: String
    public var filename: String?
    public var content: [UInt8]

    public init(contentType: String, filename: String? = nil, content: [UInt8]) {
        self.contentType = contentType
        self.filename = filename
        self.content = content
    }
}

/// What became of an inbound fact.
public enum InboundVerdict: Sendable, Hashable {
    /// It is this message of this conversation.
    case appended(conversation: SID, message: SID)
    /// It was seen before and is answered like the first time.
    case repeated(conversation: SID?, message: SID?)
    /// It is kept and shown to the operator.
    case held(reason: String)
    /// It is kept and will not become a message: our own mail come back, an automatic answer.
    case ignored(reason: String)
    /// The operator's rule refuses it (mail: 550 at the end of the data).
    case rejected(reason: String)
}

/// Evidence about a delivery.
public struct ReceiptFact: Sendable, Hashable, Codable {
    /// The ``Dispatch/reference`` that came back, if any.
    public var reference: String?
    /// The carrier's id, if any.
    public var carrierID: String?
    /// The carrier's word for the status.
    public var carrierStatus: String
    /// What the word means. Nil when it changes nothing, or when the definition does not know it: the diagnosis then says so, and the
    /// receipt is kept and shown.
    public var status: Delivery.Status?
    public var diagnosis: Diagnosis?
    /// The raw request.
    public var raw: [UInt8]

    public init(
        reference: String? = nil, carrierID: String? = nil, carrierStatus: String, status: Delivery.Status?, diagnosis: Diagnosis? = nil,
        raw: [UInt8] = []
    ) {
        self.reference = reference
        self.carrierID = carrierID
        self.carrierStatus = carrierStatus
        self.status = status
        self.diagnosis = diagnosis
        self.raw = raw
    }
}
