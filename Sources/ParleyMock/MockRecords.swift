public import ParleyCore

/// Something the mock adapter was asked to send.
public struct MockSent: Sendable, Codable, Hashable {
    public var id: String
    public var delivery: String
    public var attempt: Int
    public var from: String
    public var to: String
    public var text: String?
    public var media: [Medium]
    /// Milliseconds since 1970.
    public var at: Int64
    /// The outcome it was given.
    public var outcome: String

    public struct Medium: Sendable, Codable, Hashable {
        public var contentType: String
        public var filename: String?
        public var size: Int
        public var sha256: String
    }
}

/// Something a person is made to say: JSON with `from`, `to`, `text` and `media`, whose content is Base64.
public struct MockInbound: Sendable, Codable, Hashable {
    public var from: String
    public var to: String
    public var text: String?
    /// The provider's id; the same id again is a repeat.
    public var id: String?
    public var media: [Medium]?

    public struct Medium: Sendable, Codable, Hashable {
        public var contentType: String
        public var filename: String?
        public var content: String

        public init(contentType: String, filename: String?, content: String) {
            self.contentType = contentType
            self.filename = filename
            self.content = content
        }
    }

    public init(from: String, to: String, text: String? = nil, id: String? = nil, media: [Medium]? = nil) {
        self.from = from
        self.to = to
        self.text = text
        self.id = id
        self.media = media
    }
}

/// Evidence on something sent, by the id that `sent` shows.
public struct MockReceipt: Sendable, Codable, Hashable {
    public var id: String
    public var status: Delivery.Status

    public init(id: String, status: Delivery.Status) {
        self.id = id
        self.status = status
    }
}

/// What becomes of one coming attempt.
public struct MockFault: Sendable, Codable, Hashable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case accepted
        case temporary
        case throttled
        case permanent
        case optedOut = "opted_out"
        case misconfigured
        /// It arrives, and no answer comes.
        case unknown
    }

    public var outcome: Kind
    /// How long the attempt takes.
    public var delayMilliseconds: Int?
    /// What a temporary or throttled outcome asks to wait.
    public var afterMilliseconds: Int?

    public init(outcome: Kind, delayMilliseconds: Int? = nil, afterMilliseconds: Int? = nil) {
        self.outcome = outcome
        self.delayMilliseconds = delayMilliseconds
        self.afterMilliseconds = afterMilliseconds
    }
}

extension MockFault.Kind {
    func outcome(id: String, _ fault: MockFault?) -> Outcome {
        let diagnosis = Diagnosis(carrierCode: rawValue, text: "the mock adapter was told to")
        let after = fault?.afterMilliseconds.map { Duration.milliseconds($0) }
        return switch self {
        case .accepted: .accepted([id])
        case .temporary: .temporary(after: after, diagnosis)
        case .throttled: .throttled(after: after, diagnosis)
        case .permanent: .permanent(diagnosis)
        case .optedOut: .optedOut(diagnosis)
        case .misconfigured: .misconfigured(diagnosis)
        case .unknown: .unknown(diagnosis)
        }
    }
}
