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
    /// Media that are to be fetched before it is judged; nil when there are none.
    public var links: [InboundLink]?
    /// What the provider says this message does to the person's consent; nil when it says nothing.
    public var consent: ConsentWord?
    /// Which part of a longer message it is; nil for a whole one.
    public var part: InboundPart?
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
        case proxy, sender, identity, text, subject, links, consent, part, sentAt, messageID, references, automatic, problems, hops
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

/// A medium that an inbound message names by its URL.
public struct InboundLink: Sendable, Hashable, Codable {
    public var url: String
    public var contentType: String?
    public var filename: String?
    /// The medium, when it was fetched while others still have to be.
    public var kept: PreparedInbound.Kept?

    public init(url: String, contentType: String? = nil, filename: String? = nil) {
        self.url = url
        self.contentType = contentType
        self.filename = filename
    }
}

/// Where a part of a longer message belongs.
public struct InboundPart: Sendable, Hashable, Codable {
    /// What the parts of one message share.
    public var reference: String
    /// From 1.
    public var number: Int
    public var total: Int

    public init(reference: String, number: Int, total: Int) {
        self.reference = reference
        self.number = number
        self.total = total
    }
}

/// What somebody says about being written to.
public enum ConsentWord: String, Sendable, Hashable, Codable, CaseIterable {
    case stop
    case start
    case help
}

/// A provider's word that somebody stopped, started or asked for help.
public struct ConsentFact: Sendable, Hashable, Codable {
    /// Whose messages it is about, as given.
    public var proxy: String
    /// Who said so, as given.
    public var sender: String
    public var word: ConsentWord

    public init(proxy: String, sender: String, word: ConsentWord) {
        self.proxy = proxy
        self.sender = sender
        self.word = word
    }
}

/// A medium that came with an inbound message, or was fetched for it.
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

/// How an id in a receipt is compared with the id in the answer to the send. Some carriers write one number in two ways.
public enum CarrierIDComparison: String, Sendable, Hashable, Codable, CaseIterable {
    case exact
    case ignoreLeadingZeros = "ignore_leading_zeros"
    /// One of the two is hexadecimal and the other decimal.
    case hexOrDecimal = "hex_or_decimal"

    /// The spellings under which the id may be known.
    public func candidates(_ id: String) -> [String] {
        switch self {
        case .exact: return [id]
        case .ignoreLeadingZeros:
            let bare = String(id.drop { $0 == "0" })
            let padded = (0...4).map { String(repeating: "0", count: $0) + bare }
            return [id] + (bare.isEmpty ? [] : padded.filter { $0 != id })
        case .hexOrDecimal:
            var all = [id, id.lowercased(), id.uppercased()]
            if let number = UInt64(id) { all += [String(number, radix: 16), String(number, radix: 16, uppercase: true)] }
            if let number = UInt64(id, radix: 16) { all.append(String(number)) }
            var seen: Set<String> = []
            return all.filter { seen.insert($0).inserted }
        }
    }
}

/// Evidence about a delivery.
public struct ReceiptFact: Sendable, Hashable, Codable {
    /// The ``Dispatch/reference`` that came back, if any.
    public var reference: String?
    /// The carrier's id, if any.
    public var carrierID: String?
    /// The recipient as the carrier writes it, where one id is shared by several.
    public var recipient: String?
    /// How the carrier's id is compared with the one it gave.
    public var comparison: CarrierIDComparison?
    /// The carrier's word for the status.
    public var carrierStatus: String
    /// What the word means. Nil when it changes nothing, or when the definition does not know it: the diagnosis then says so, and the
    /// receipt is kept and shown.
    public var status: Delivery.Status?
    public var diagnosis: Diagnosis?
    /// The raw request.
    public var raw: [UInt8]

    /// The ids under which the message may be known.
    public var carrierIDCandidates: [String] { carrierID.map { (comparison ?? .exact).candidates($0) } ?? [] }

    public init(
        reference: String? = nil, carrierID: String? = nil, recipient: String? = nil, comparison: CarrierIDComparison? = nil,
        carrierStatus: String, status: Delivery.Status?, diagnosis: Diagnosis? = nil, raw: [UInt8] = []
    ) {
        self.reference = reference
        self.carrierID = carrierID
        self.recipient = recipient
        self.comparison = comparison
        self.carrierStatus = carrierStatus
        self.status = status
        self.diagnosis = diagnosis
        self.raw = raw
    }
}
