/// Questions about where inbound messages of strangers go.
public protocol RoutingReading {
    func inboxItem(_ id: Int64) throws -> InboxItem?
    /// The fact that an inbox row keeps while it waits for a decision; nil when it keeps none.
    func keptInbound(of item: Int64) throws -> PreparedInbound?

    /// What an inbox row waits for, nil when it waits for no media.
    func pendingMedia(of item: Int64) throws -> PendingMedia?
    /// What is due, the longest due first.
    func pendingMedia(due now: Instant, limit: Int) throws -> [PendingMedia]
    /// When media are due next after a time.
    func nextPendingMedia(after now: Instant) throws -> Instant?

    /// The parts of one message that wait for the others, by their numbers.
    func pendingParts(adapter: String, pair: PairKey, reference: String, total: Int) throws -> [PendingPart]
    /// Parts whose others are not waited for any more, the longest due first.
    func pendingParts(due now: Instant, limit: Int) throws -> [PendingPart]
    /// When the others of a part are first not waited for any more.
    func nextPendingPart() throws -> Instant?
    /// Of each message of a pair that is not complete the part that came first; the oldest message first.
    func incompleteMessages(adapter: String, pair: PairKey) throws -> [PendingPart]
    /// The latest of the rows before an inbox row that say the same over the same adapter, received since then.
    func inboxItem(saying item: InboxItem, since: Instant) throws -> InboxItem?

    func addressConfiguration(_ sid: SID) throws -> AddressConfiguration?
    /// By the canonical key. Without a type, of several the oldest.
    func addressConfiguration(key: String, kind: AddressConfiguration.Kind?) throws -> AddressConfiguration?
    /// Whether a pair was stopped; nil when nothing was ever said.
    func consent(_ pair: PairKey) throws -> Consent?
    /// In the order in which they were first recorded.
    func consents(_ filter: ConsentFilter, page: PageRequest) throws -> Page<Consent>

    /// In the order they were made.
    func addressConfigurations(kind: AddressConfiguration.Kind?, page: PageRequest) throws -> Page<AddressConfiguration>
}

/// Changes to where inbound messages of strangers go.
public protocol RoutingWriting: RoutingReading {
    /// Keeps the fact of an inbox row that waits for a decision, or forgets it when it is nil.
    func keep(_ fact: PreparedInbound?, of item: Int64) throws
    /// Writes that an inbox row waits for media, and since how many attempts.
    func put(_ pending: PendingMedia) throws
    /// False when it waited for none.
    @discardableResult func forgetPendingMedia(of item: Int64) throws -> Bool
    /// Writes that an inbox row waits for the other parts of its message.
    func insert(_ pending: PendingPart) throws
    /// False when it waited for none.
    @discardableResult func forgetPendingPart(of item: Int64) throws -> Bool
    /// Names media that an inbox row needs from now on.
    func add(_ media: [MediaKey], toInbox item: Int64) throws
    /// Forgets rows that are held since before then, the oldest first. Returns their number.
    func forgetHeld(before: Instant, limit: Int) throws -> Int

    /// - Throws: ``Refusal/addressConfigured`` when the type and the key have one already.
    func insert(_ configuration: AddressConfiguration) throws
    /// Writes what can change: the name, auto creation, what happens without it, and when.
    func update(_ configuration: AddressConfiguration) throws
    func delete(addressConfiguration sid: SID) throws

    /// Writes what is known of a pair now.
    func record(_ consent: Consent) throws

    /// Adds one conversation that an adapter's stranger made to the adapter's window and returns the number within the window.
    func countAutoCreated(adapter: String, window: Duration, at: Instant) throws -> Int
}
