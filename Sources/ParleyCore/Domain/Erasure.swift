/// A person whose data is to be erased: everybody who is reached at an address, or a user of an application.
public enum ErasedPerson: Sendable, Hashable {
    /// By the canonical key, under every proxy address.
    case address(String)
    case identity(String)

    /// What the person is found by.
    public var key: String {
        switch self {
        case .address(let key), .identity(let key): key
        }
    }

    /// Stands for the person where they must not be named.
    public var digest: String {
        switch self {
        case .address(let key): ContentDigest.hex(of: Array(key.utf8))
        case .identity(let name): ContentDigest.hex(of: Array(name.utf8))
        }
    }
}

/// The erasure of a person's data: a job that is carried out in small steps, each of them one commit, so that it goes on after a crash.
public struct Erasure: Sendable, Hashable {
    /// What is done now. The order is that in which the person is found through what is erased last.
    public enum Phase: String, Sendable, Codable, CaseIterable {
        /// Remembered answers to requests that show the person.
        case answers
        /// The person leaves all conversations; what is queued for them is cancelled.
        case participations
        /// What was sent to them, mail ids, lanes, and the participants themselves, one after another.
        case people
        /// What they wrote as nobody's participant.
        case messages
        /// Users of the identity, their devices, and what events tell of them.
        case users
        /// What came in from them, in its raw form.
        case inbox
        /// Lanes and windows of pairs that are nobody's.
        case lanes
        /// Their name on conversations they made, on media, on events, and on what webhooks are told.
        case traces
        /// Words that the search index still holds.
        case index
        /// Bytes of media that no row needs any more.
        case bytes
        case done
    }

    public let id: Int64
    /// SHA-256 of the address' canonical key or of the identity.
    public let digest: String
    /// Nil once it is done.
    public var person: ErasedPerson?
    /// What stands in the person's place, `erased-` and 8 hexadecimal digits, drawn at random.
    public let pseudonym: String
    public var phase: Phase
    /// How far the phase has come.
    public var cursor: Int64
    /// True when the present round of the phase has left something out that is under way.
    public var hasLeftOver: Bool
    /// When the next step may be taken.
    public var due: Instant
    public var counts: ErasureCounts
    public let requested: Instant
    public var finished: Instant?

    public init(
        id: Int64 = 0, digest: String, person: ErasedPerson?, pseudonym: String, phase: Phase = .answers, cursor: Int64 = 0,
        hasLeftOver: Bool = false, due: Instant, counts: ErasureCounts = ErasureCounts(), requested: Instant, finished: Instant? = nil
    ) {
        self.id = id
        self.digest = digest
        self.person = person
        self.pseudonym = pseudonym
        self.phase = phase
        self.cursor = cursor
        self.hasLeftOver = hasLeftOver
        self.due = due
        self.counts = counts
        self.requested = requested
        self.finished = finished
    }
}

/// How many rows of each kind an erasure has changed, or would.
public struct ErasureCounts: Sendable, Hashable, Codable {
    public var participants = 0
    public var messages = 0
    public var media = 0
    public var deliveries = 0
    public var inbound = 0
    public var users = 0

    public init() {}
}
