/// The port of the database.
///
/// Bodies are synchronous and may be run again: time and identifiers come in by value, what they decide goes out by value, nothing
/// captured is changed. A body that throws is rolled back alone; its neighbours of the same commit are not touched.
public protocol ConversationStore: Sendable {
    /// Runs a body in a transaction; returns, or rethrows what the body threw, only after the COMMIT of its batch.
    ///
    /// - Throws: what the body threw, or ``NotDurable`` when the batch could not be committed.
    func write<R: Sendable>(_ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R) async throws -> R

    /// Runs a body over one consistent state.
    func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R
}

/// Questions to the database, in rows of the domain.
public protocol ReadTransaction: ServiceReading, UserReading, WebhookReading, RoutingReading, ArchiveReading, FeedReading {
    // Conversations. Deleted ones are not found.
    func conversation(_ sid: SID) throws -> Conversation?
    func conversation(uniqueName: String, service: SID) throws -> Conversation?
    /// By creation, oldest first, or newest first when the filter has a date.
    func conversations(_ filter: ConversationFilter, page: PageRequest) throws -> Page<Conversation>

    /// Conversations with a timer that has come, the earliest first.
    func timersDue(at now: Instant, limit: Int) throws -> [Conversation]
    /// When a timer comes next; nil when none runs.
    func nextTimer() throws -> Instant?

    // Participants. Removed ones are found by `participant(_:)` only.
    func participant(_ sid: SID) throws -> Participant?
    func participant(_ sid: SID, in conversation: SID) throws -> Participant?
    func participant(identity: String, in conversation: SID) throws -> Participant?
    /// A live participant of the conversation whose address has this key, under any proxy.
    func participant(addressKey: String, in conversation: SID) throws -> Participant?
    /// The participant who holds the pair.
    func boundParticipant(_ pair: PairKey) throws -> Participant?
    /// Which adapters serve the proxy addresses of bound participants, as they were when these were added.
    func boundProxies() throws -> [BoundProxy]
    /// In the order they were added.
    func participants(in conversation: SID, page: PageRequest) throws -> Page<Participant>

    // Messages. Deleted ones are not found.
    func message(_ sid: SID, in conversation: SID) throws -> Message?
    func message(_ sid: SID) throws -> Message?
    func messages(in conversation: SID, newestFirst: Bool, page: PageRequest) throws -> Page<Message>

    func media(_ sid: SID) throws -> Media?
    /// The media of messages, in their order.
    func media(of messages: [SID]) throws -> [SID: [Media]]

    // Deliveries.
    func delivery(_ sid: SID) throws -> Delivery?
    func deliveries(of message: SID, page: PageRequest) throws -> Page<Delivery>
    func parts(of delivery: SID) throws -> [DeliveryPart]
    func delivery(adapter: String, carrierID: String) throws -> Delivery?
    /// Deliveries that are not settled, by ordinal.
    func queue(_ filter: QueueFilter, page: PageRequest) throws -> Page<Delivery>
    func lane(_ pair: PairKey) throws -> Lane?
    /// The earliest time at which a lane of the adapter, or anything else that is due, wants attention. Nil when nothing is due.
    func nextLaneDue(adapter: String) throws -> Instant?
    /// The earliest end of a validity or of an awaited answer, of any adapter.
    func nextSettlement() throws -> Instant?
    /// The latest Message-IDs that the conversation exchanged with a participant: the first, then the last ones, oldest first.
    func mailReferences(conversation: SID, participant: SID, limit: Int) throws -> [String]

    func inboxItem(adapter: String, dedupeKey: String) throws -> InboxItem?
    func inbox(_ filter: InboxFilter, page: PageRequest) throws -> Page<InboxItem>

    /// All keys of a purpose, newest first, retired ones included.
    func keys(_ purpose: InstallationKey.Purpose) throws -> [InstallationKey]
    func adapterPauses() throws -> [AdapterPause]
    func events(after position: Int64, limit: Int) throws -> [Event]
    func idempotentAnswer(_ key: String) throws -> IdempotentAnswer?
    /// The latest time that the database has seen, so that a clock that was set back does not reorder what is stored.
    func latestTime() throws -> Instant?
}

/// Changes to the database, in rows of the domain.
public protocol WriteTransaction: ReadTransaction, ServiceWriting, UserWriting, WebhookWriting, RoutingWriting, ArchiveWriting {
    func insert(_ conversation: Conversation) throws
    /// Writes all but the counters.
    func update(_ conversation: Conversation) throws
    /// Marks a conversation as deleted, which hides it and all it holds.
    func delete(_ conversation: SID, at: Instant) throws
    /// Takes the next index and counts the message. It is the conversation's row lock: the first thing that an append does.
    func allotIndex(in conversation: SID, at: Instant) throws -> Int

    /// Also counts the participant.
    func insert(_ participant: Participant) throws
    func update(_ participant: Participant) throws
    /// Marks a participant as removed, unbinds it and counts it off.
    func remove(_ participant: Participant, at: Instant) throws
    /// Gives the participants of a proxy address to the adapter that serves it now, with what waits for them and their lanes.
    func rehome(_ proxy: BoundProxy, to adapter: String) throws
    /// Frees the pairs of all participants of a conversation that was closed; it no longer counts among anybody's open ones.
    func unbindParticipants(of conversation: SID) throws

    func insert(_ message: Message) throws
    func update(_ message: Message) throws
    /// Leaves a tombstone and counts the message off.
    func delete(_ message: Message, at: Instant) throws
    func insert(_ media: Media) throws
    /// Gives media to a message, in this order. Returns false (and changes nothing) when one belongs to a message already.
    func attach(_ media: [SID], to message: SID) throws -> Bool

    /// Queues one delivery for each live non-chat participant but those excluded, sets the message's total, and puts the deliveries into
    /// their lanes, creating and waking these as needed. Loads no roster.
    ///
    /// - Returns: the names of the adapters that have work.
    func fanOut(_ message: Message, except: FanOutExclusion, rules: FanOutRules) throws -> Set<String>

    /// Writes what can change of a delivery: adapter, phase, status, attempt, times, payload, error and flags.
    func update(_ delivery: Delivery) throws
    /// Moves the counters on the message when a delivery's status changes.
    func count(_ message: SID, from: Delivery.Status?, to: Delivery.Status?) throws
    /// Replaces what is known of parts with the same number.
    func record(_ part: DeliveryPart, adapter: String) throws
    /// Deliveries of a conversation, of a message, or of a participant, that no attempt was made at or that wait for another: what a
    /// cancellation reaches. Of a conversation also those that wait for a person's decision. In chunks.
    func cancellable(_ scope: CancellationScope, limit: Int) throws -> [Delivery]
    /// Takes up to `limit` due lanes of an adapter that are neither leased nor paused, marks them as leased, and returns them with their
    /// heads.
    ///
    /// - Parameter owed: true for those lanes only that owe an answer (``owe(_:adapter:)``). A lease pays it.
    func leaseLanes(adapter: String, now: Instant, until: Instant, limit: Int, owed: Bool) throws -> [Delivery]
    /// Notes that the person has spoken: what they are sent next goes before what others are sent.
    func owe(_ lane: PairKey, adapter: String) throws
    /// Ends the lease and finds the lane's next head by the order's rule: strict, the first that is neither settled nor held; first
    /// attempts, a queued one before the deferred that is due first. A delivery that is `sending` or `awaiting` keeps a strict lane; it
    /// keeps a first-attempts lane while `sending`.
    func advance(_ lane: PairKey, order: LaneOrder) throws
    /// Pauses a lane, or releases it when `until` is nil.
    func pause(_ lane: PairKey, adapter: String, until: Instant?, reason: String?) throws
    /// Deliveries that are not settled (nor sending) and whose validity has ended.
    func expired(at now: Instant, limit: Int) throws -> [Delivery]
    /// Deliveries that were taken and whose receipt has been awaited long enough.
    func unreceipted(at now: Instant, limit: Int) throws -> [Delivery]
    /// Deliveries whose awaited answer has not come in time.
    func overdue(at now: Instant, limit: Int) throws -> [Delivery]
    /// Deliveries found in `sending`: at start, what a crash left.
    func interrupted(limit: Int) throws -> [Delivery]

    /// Records what came in. Returns nil when the adapter has a row with this dedupe key already.
    func insert(_ item: NewInboxItem) throws -> InboxItem?
    func update(_ item: InboxItem) throws
    /// True when the adapter has taken the same content since then (for providers that give no ids).
    func hasInbox(adapter: String, contentDigest: String, since: Instant) throws -> Bool

    func park(_ receipt: ParkedReceipt, countMax: Int) throws
    /// Takes out the receipts parked under these ids, oldest first.
    func claimParked(adapter: String, carrierIDs: [String]) throws -> [ParkedReceipt]
    /// Forgets what was parked too long, idempotent answers past their time, and the like. Returns the number of rows.
    func sweep(at now: Instant, limit: Int) throws -> Int

    /// Remembers a mail's id for threading. Its presence twice is no error.
    func recordMailID(_ id: String, conversation: SID, participant: SID, message: SID, ours: Bool, at: Instant) throws

    /// Adds one inbound event of a pair to its window and returns the number within the window.
    func countInbound(_ pair: PairKey, window: Duration, at: Instant) throws -> Int

    /// Appends to the event log and returns the position allotted.
    @discardableResult func append(_ event: Event) throws -> Int64

    func insert(_ key: InstallationKey) throws
    func pauseAdapter(_ pause: AdapterPause) throws
    func resumeAdapter(_ name: String) throws
    func remember(_ answer: IdempotentAnswer) throws
}

/// Which conversations a list shows.
public struct ConversationFilter: Sendable, Hashable {
    public var service: SID
    public var state: Conversation.State?
    /// Bounds of the creation time; the end is exclusive.
    public var from: Instant?
    public var until: Instant?

    public init(service: SID, state: Conversation.State? = nil, from: Instant? = nil, until: Instant? = nil) {
        self.service = service
        self.state = state
        self.from = from
        self.until = until
    }
}

public struct QueueFilter: Sendable, Hashable {
    public var adapter: String?
    public var phase: Delivery.Phase?

    public init(adapter: String? = nil, phase: Delivery.Phase? = nil) {
        self.adapter = adapter
        self.phase = phase
    }
}

public struct InboxFilter: Sendable, Hashable {
    public var verdict: InboxItem.Verdict?

    public init(verdict: InboxItem.Verdict? = nil) { self.verdict = verdict }
}

/// What a page of a list starts after. Lists are keyset-paginated: the cursor carries the key of a row, never an offset.
public struct PageRequest: Sendable, Hashable {
    public enum Direction: String, Sendable {
        case after
        case before
    }

    public var size: Int
    /// Opaque to all but the store; nil for the first page. A text that the store cannot read is answered with ``InvalidCursor``.
    public var cursor: String?
    public var direction: Direction

    public init(size: Int, cursor: String? = nil, direction: Direction = .after) {
        self.size = size
        self.cursor = cursor
        self.direction = direction
    }
}

/// A page token that no list of this store ever gave.
public struct InvalidCursor: Error, Sendable, Hashable {
    public init() {}
}

/// One page of a list. Rows are in the list's order in either direction.
public struct Page<Row: Sendable>: Sendable {
    public var rows: [Row]
    /// The cursor after the last row, nil when nothing follows.
    public var next: String?
    /// The cursor before the first row, nil when nothing precedes.
    public var previous: String?

    public init(rows: [Row], next: String? = nil, previous: String? = nil) {
        self.rows = rows
        self.next = next
        self.previous = previous
    }
}

extension Page: Equatable where Row: Equatable {}

/// Who is left out of a fan-out: the author under every name and proxy, or all but one.
public struct FanOutExclusion: Sendable, Hashable {
    public var participant: SID?
    public var addressKeys: Set<String>
    public var identities: Set<String>
    /// The only one who gets it; nil for everybody else.
    public var only: SID?

    public init(participant: SID? = nil, addressKeys: Set<String> = [], identities: Set<String> = [], only: SID? = nil) {
        self.participant = participant
        self.addressKeys = addressKeys
        self.identities = identities
        self.only = only
    }
}

/// What a fan-out must know of adapters and channels.
public struct FanOutRules: Sendable, Hashable {
    /// How long a delivery of an adapter is valid.
    public var validity: [String: Duration]
    /// For adapters that are not listed.
    public var validityByChannel: [Channel: Duration]
    /// When the deliveries are queued and their validity begins; nil for the message's own date, which a caller may have set to years ago.
    public var now: Instant?

    public init(validity: [String: Duration], validityByChannel: [Channel: Duration], now: Instant? = nil) {
        self.validity = validity
        self.validityByChannel = validityByChannel
        self.now = now
    }
}

/// A proxy address of bound participants with their adapter.
public struct BoundProxy: Sendable, Hashable {
    /// As it was given.
    public var proxy: String
    public var adapter: String

    public init(proxy: String, adapter: String) {
        self.proxy = proxy
        self.adapter = adapter
    }
}

public enum CancellationScope: Sendable, Hashable {
    case conversation(SID)
    case message(SID)
    case participant(SID)
}

/// An inbox row before it has its number.
public struct NewInboxItem: Sendable, Hashable {
    public var adapter: String
    public var dedupeKey: String
    public var contentDigest: String
    public var kind: InboxItem.Kind
    public var verdict: InboxItem.Verdict
    public var reason: String?
    public var proxy: String?
    public var sender: String?
    public var conversation: SID?
    public var message: SID?
    public var raw: [UInt8]?
    public var rawKey: MediaKey?
    /// Media that came with it, which stay as long as the row does.
    public var media: [MediaKey]
    public var received: Instant

    public init(
        adapter: String, dedupeKey: String, contentDigest: String, kind: InboxItem.Kind, verdict: InboxItem.Verdict, reason: String? = nil,
        proxy: String? = nil, sender: String? = nil, conversation: SID? = nil, message: SID? = nil, raw: [UInt8]? = nil,
        rawKey: MediaKey? = nil, media: [MediaKey] = [], received: Instant
    ) {
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
        self.media = media
        self.received = received
    }
}

/// A secret of the installation that lives in the database. Old ones stay valid until they are retired.
public struct InstallationKey: Sendable, Hashable {
    public enum Purpose: String, Sendable, CaseIterable {
        /// Signs Message-IDs and reply tokens.
        case mail
        /// Signs media links.
        case links
        /// Not a secret: the gateway's id in hop headers.
        case gateway
        /// Not a secret: the SID of the default service.
        case service
    }

    public let id: String
    public let purpose: Purpose
    public let secret: [UInt8]
    public let created: Instant

    public init(id: String, purpose: Purpose, secret: [UInt8], created: Instant) {
        self.id = id
        self.purpose = purpose
        self.secret = secret
        self.created = created
    }
}

/// An adapter that sends nothing for now.
public struct AdapterPause: Sendable, Hashable {
    public var adapter: String
    public var reason: String
    public var since: Instant
    public var cause: Cause

    public enum Cause: String, Sendable, CaseIterable {
        /// The other side refuses our credentials, account or settings: only something that it takes shows that they are right again.
        case misconfigured
        /// Attempt after attempt failed: any answer about a message shows that the other side works again.
        case failing
    }

    public init(adapter: String, reason: String, since: Instant, cause: Cause = .misconfigured) {
        self.adapter = adapter
        self.reason = reason
        self.since = since
        self.cause = cause
    }
}

/// The answer that was given to a request with an idempotency key.
public struct IdempotentAnswer: Sendable, Hashable {
    public var key: String
    /// Digest of the request, to tell a repeat from another request under the same key.
    public var requestDigest: String
    public var status: Int
    public var body: [UInt8]
    /// The position of the latest event when the answer was given.
    public var position: Int64
    public var until: Instant

    public init(key: String, requestDigest: String, status: Int, body: [UInt8], position: Int64, until: Instant) {
        self.key = key
        self.requestDigest = requestDigest
        self.status = status
        self.body = body
        self.position = position
        self.until = until
    }
}
