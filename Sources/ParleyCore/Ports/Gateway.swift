/// The port of an adapter, as the Broker sees it.
public protocol Gateway: Sendable {
    /// What the adapter can carry.
    var capabilities: Capabilities { get }

    /// Makes one attempt. It never throws: whatever happens is one of the outcomes. It may be cancelled, and then answers
    /// ``Outcome/unknown(_:)`` unless it knows better.
    func send(_ dispatch: Dispatch) async -> Outcome
}

/// A gateway that is called back by its provider. Interpreting is pure, so that cases and fuzzers call it directly.
public protocol CallbackGateway: Gateway {
    /// Says what a request means.
    ///
    /// - Throws: ``Unauthentic`` when the request does not prove that it comes from the provider. Everything authentic is interpreted, or
    ///   returned as not understood; the acknowledgement goes out after the commit.
    func interpret(_ request: CallbackRequest, at now: Instant) throws(Unauthentic) -> Interpretation
}

/// A gateway whose inbound messages may name media by their URLs.
public protocol MediaSource: Gateway {
    /// Fetches a medium. What proves who asks goes to the provider's own host only, and addresses of private networks are refused unless the
    /// operator chose them.
    ///
    /// - Parameter bytesMax: a longer medium is refused.
    /// - Returns: nil for what is no medium of the message, such as SMIL, which says how the others are laid out.
    /// - Throws: ``MediaFetchFailure`` when it cannot be had, for now or for good.
    func fetch(_ link: InboundLink, bytesMax: Int) async throws(MediaFetchFailure) -> InboundMedia?
}

/// Why a medium was not fetched.
public struct MediaFetchFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// True when asking again would not help.
    public let isFinal: Bool
    /// For the log; holds no part of the URL.
    public let description: String

    public init(isFinal: Bool, _ description: String) {
        self.isFinal = isFinal
        self.description = description
    }
}

/// What an adapter can carry.
public struct Capabilities: Sendable, Hashable {
    /// MIME types that go out as media; empty when none do.
    public var mediaTypes: [String]
    /// `*/*` in `mediaTypes` takes any.
    public var mediaCountMax: Int
    /// Of one medium, in bytes.
    public var mediaBytesMax: Int
    /// Of all media of a message together, in bytes.
    public var mediaBytesTotalMax: Int
    /// True when the other side fetches media from links that it is given: ``Payload/mediaLinks`` is then set.
    public var mediaByLink: Bool
    /// True when evidence of delivery comes back.
    public var receipts: Bool
    /// True when the other side drops the repeat of an attempt, so that one without an answer can be made again.
    public var dropsRepeats: Bool

    public init(
        mediaTypes: [String] = [], mediaCountMax: Int = 0, mediaBytesMax: Int = 0, mediaBytesTotalMax: Int = .max,
        mediaByLink: Bool = false,
        receipts: Bool = false, dropsRepeats: Bool = false
    ) {
        self.mediaTypes = mediaTypes
        self.mediaCountMax = mediaCountMax
        self.mediaBytesMax = mediaBytesMax
        self.mediaBytesTotalMax = mediaBytesTotalMax
        self.mediaByLink = mediaByLink
        self.receipts = receipts
        self.dropsRepeats = dropsRepeats
    }

    /// True when a medium can go out as it is.
    public func takes(contentType: String, bytes: Int) -> Bool {
        guard bytes <= mediaBytesMax else { return false }
        let family = contentType.prefix { $0 != "/" } + "/*"
        return mediaTypes.contains { $0 == "*/*" || $0 == contentType || $0 == family }
    }
}

/// One attempt at one delivery: everything an adapter needs to know.
public struct Dispatch: Sendable, Hashable {
    public let delivery: SID
    /// 1 for the first attempt.
    public let attempt: Int
    public let pair: Pair
    public let payload: Payload
    /// True when an earlier attempt's answer is unknown.
    public let mayBeRepeat: Bool
    /// Numbers of the parts (from 0) that the carrier has taken in an earlier attempt: only the others are sent.
    public let partsTaken: [Int]

    public init(delivery: SID, attempt: Int, pair: Pair, payload: Payload, mayBeRepeat: Bool = false, partsTaken: [Int] = []) {
        self.delivery = delivery
        self.attempt = attempt
        self.pair = pair
        self.payload = payload
        self.mayBeRepeat = mayBeRepeat
        self.partsTaken = partsTaken
    }

    /// Names the delivery and the attempt to a provider; opaque to it, and it comes back in receipts.
    public var reference: String { "\(delivery)-\(attempt)" }

    /// Reads a ``reference`` back.
    public static func delivery(fromReference text: String) -> SID? {
        guard let part = text.split(separator: "-", maxSplits: 1).first else { return nil }
        return SID(part, .delivery)
    }

    /// The number of the attempt in a ``reference``.
    public static func attempt(fromReference text: String?) -> Int? { number(1, in: text) }

    /// The number of the part in the ``reference`` of a message that left in several requests: `delivery-attempt-part`, from 0. A message of
    /// one request has none.
    public static func part(fromReference text: String?) -> Int? { number(2, in: text) }

    private static func number(_ index: Int, in text: String?) -> Int? {
        text?.split(separator: "-", maxSplits: 3).dropFirst(index).first.flatMap { Int($0) }
    }
}

/// What is sent to one recipient. Frozen at the first lease, so that every attempt sends the same.
public struct Payload: Sendable, Hashable, Codable {
    public var text: String?
    /// The most segments of one message: a longer text leaves as several. Nil for no limit but the provider's. Beside media it does not count,
    /// for a message with media is none of SMS.
    public var segmentsMax: Int?
    public var subject: String?
    /// The author as stored on the message.
    public var author: String
    /// Name of the author as shown to people, where one is known.
    public var authorName: String?
    public var media: [Media]
    /// Where the other side fetches the media from, one for each; nil where the media themselves are sent.
    public var mediaLinks: [String]?
    public var conversation: SID
    public var conversationName: String?
    public var message: SID
    public var participant: SID
    /// Message-IDs (without angle brackets) of this conversation with this person, oldest first. Empty for SMS.
    public var references: [String]
    /// The Message-ID (without angle brackets) of this mail, stable over attempts. Nil for SMS.
    public var messageID: String?
    /// Where answers go: the proxy address with a reply token. Nil for SMS.
    public var replyTo: String?
    /// When the message was created.
    public var created: Instant
    /// True when no person wrote it.
    public var isAutomatic: Bool

    public init(
        text: String?, subject: String? = nil, author: String, authorName: String? = nil, media: [Media] = [], conversation: SID,
        conversationName: String? = nil, message: SID, participant: SID, references: [String] = [], messageID: String? = nil,
        replyTo: String? = nil, created: Instant, isAutomatic: Bool = false
    ) {
        self.text = text
        self.subject = subject
        self.author = author
        self.authorName = authorName
        self.media = media
        self.conversation = conversation
        self.conversationName = conversationName
        self.message = message
        self.participant = participant
        self.references = references
        self.messageID = messageID
        self.replyTo = replyTo
        self.created = created
        self.isAutomatic = isAutomatic
    }
}

/// What became of one attempt. The retry policy turns it into the delivery's next state.
public indirect enum Outcome: Sendable, Hashable {
    /// Taken, under these ids (possibly none), one per part.
    case accepted([String])
    /// Of several parts, counted from 0, some were taken under these ids (none, or all, perhaps); the missing ones were not, and the first of
    /// them ended as `then` says, which decides what becomes of the rest.
    case partly(ids: [Int: String], missing: [Int], then: Outcome)
    /// Not now; again after a while, which the other side may have named.
    case temporary(after: Duration?, Diagnosis)
    /// Too fast; the adapter as a whole waits.
    case throttled(after: Duration?, Diagnosis)
    /// Never.
    case permanent(Diagnosis)
    /// The recipient has opted out.
    case optedOut(Diagnosis)
    /// Our fault: credentials, account, settings. Pauses the adapter.
    case misconfigured(Diagnosis)
    /// The request may have left and its answer is not known.
    case unknown(Diagnosis)

    /// What the attempt came to: of several parts, how the one ended that was not taken.
    public var end: Outcome { if case .partly(_, _, let then) = self { then.end } else { self } }
}

/// Why an attempt ended as it did, for the operator. Holds no secret, no body and no full address.
public struct Diagnosis: Sendable, Hashable, Codable {
    /// The contract's code for a recipient who opted out.
    public static let optedOutCode = 21610
    /// The contract's code for a failure that nothing else describes.
    public static let unknownErrorCode = 30008

    /// The contract's error code, where one fits.
    public var code: Int
    /// The carrier's own code, as text.
    public var carrierCode: String?
    public var text: String

    /// The carrier's code, where there is one, and the text.
    public var words: String { [carrierCode, text].compactMap(\.self).joined(separator: " ") }

    public init(code: Int = 0, carrierCode: String? = nil, text: String) {
        self.code = code
        self.carrierCode = carrierCode
        self.text = text
    }
}

/// A request that reached a callback route, as received.
public struct CallbackRequest: Sendable, Hashable {
    public enum Path: String, Sendable, Codable, CaseIterable {
        case inbound
        case receipts
    }

    public var path: Path
    public var method: String
    /// The URL as the provider called it: our public URL, the path and the query.
    public var url: String
    /// Percent-encoded, without the question mark; empty when there is none.
    public var query: String
    public var headers: [HeaderField]
    public var body: [UInt8]
    /// The last part of the path, where there was one.
    public var secret: String?

    public init(
        path: Path, method: String, url: String, query: String, headers: [HeaderField] = [], body: [UInt8] = [], secret: String? = nil
    ) {
        self.path = path
        self.method = method
        self.url = url
        self.query = query
        self.headers = headers
        self.body = body
        self.secret = secret
    }

    /// The first value of a header, its name compared without case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The request does not prove that it comes from the provider. Nothing of it is kept.
public struct Unauthentic: Error, Sendable, Hashable {
    /// For the log: what was missing or wrong, without any value.
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

/// What an authentic request means.
public struct Interpretation: Sendable, Hashable {
    /// In the order they stand in the request; each is settled by itself.
    public var facts: [CallbackFact]
    /// What the provider is answered after the commit.
    public var acknowledgement: Acknowledgement

    public init(facts: [CallbackFact], acknowledgement: Acknowledgement = Acknowledgement()) {
        self.facts = facts
        self.acknowledgement = acknowledgement
    }
}

/// One event in a callback.
public enum CallbackFact: Sendable, Hashable {
    case message(InboundFact)
    case receipt(ReceiptFact)
    /// Somebody stopped, started or asked for help by other means than a message.
    case consent(ConsentFact)
    /// Authentic, but it could not be understood: kept raw, flagged and shown. The text says why.
    case notUnderstood(String)
}

/// The answer that stops a provider from repeating itself.
public struct Acknowledgement: Sendable, Hashable {
    public var status: Int
    public var contentType: String?
    public var body: String

    public init(status: Int = 200, contentType: String? = nil, body: String = "") {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
