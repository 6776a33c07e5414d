/// Questions about where inbound messages of strangers go.
public protocol RoutingReading {
    func inboxItem(_ id: Int64) throws -> InboxItem?
    /// The fact that an inbox row keeps while it waits for a decision; nil when it keeps none.
    func keptInbound(of item: Int64) throws -> PreparedInbound?

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
