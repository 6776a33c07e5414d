public import ParleyCore

/// What would become of a message from one address to another as things stand now, and what the database has that decides about it.
///
/// To ask changes nothing: no message is counted, no pre-hook asked. What only the message itself decides is not foreseen, such as a repeat, an
/// automatic mail, a flood of strangers, or a pre-hook that refuses.
public struct RouteExplanation: Sendable, Hashable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// Inbound: it becomes a message of the conversation.
        case appended
        /// Inbound: a conversation is made for it.
        case created
        /// Inbound: it is kept for a person's decision.
        case held
        /// Inbound: it is refused.
        case rejected
        /// Outbound: it leaves in its turn.
        case sent
        /// Outbound: it waits for the end of a pause.
        case waits
        /// Outbound: its delivery fails before anything leaves.
        case fails
        /// Outbound: nobody is written to, since no participant has the pair.
        case nobody
    }

    /// What happens to somebody whom no conversation knows.
    public struct Stranger: Sendable, Hashable {
        public var rule: AdapterProfile.UnknownSender
        /// The configuration of exactly this address that says so; nil when the adapter's settings do.
        public var configuration: SID?
        /// Where a conversation would be made.
        public var service: SID?
    }

    public let route: MessageRoute
    public let outcome: Outcome
    /// Why, in the words of the inbox where it is inbound; nil for what goes through.
    public let reason: String?
    /// Who holds the pair, and where; nil when nobody does.
    public let participant: Participant?
    public let conversation: Conversation?
    /// Set for what comes in while nobody holds the pair.
    public let stranger: Stranger?
    /// Without a pause that has ended.
    public let lane: Lane?
    /// What is next in the lane.
    public let head: Delivery?
    /// Nil when nothing was ever said.
    public let consent: Consent?
    /// Nil while the adapter sends.
    public let pause: AdapterPause?

    /// - Parameter to: the recipient as it was given, with its reply token where it has one.
    init(_ route: MessageRoute, to: Address, _ transaction: any ReadTransaction, _ rules: Rules, now: Instant) throws {
        let (pair, adapter) = (route.pair, route.adapter.name)
        let participant = try transaction.boundParticipant(pair.key)
        let conversation = try participant.flatMap { try transaction.conversation($0.conversation) }
        let isHeld = conversation != nil
        var lane = try transaction.lane(pair.key)
        if let until = lane?.pausedUntil, until <= now {
            lane?.pausedUntil = nil
            lane?.pauseReason = nil
        }
        let consent = try transaction.consent(pair.key)
        let pause = try transaction.adapterPauses().first { $0.adapter == adapter }
        let isStranger = route.direction == .inbound && route.isOfOneChannel && !isHeld
        let stranger = try isStranger ? Stranger(pair.proxy, adapter: adapter, transaction, rules) : nil

        self.route = route
        self.participant = isHeld ? participant : nil
        self.conversation = conversation
        self.stranger = stranger
        self.lane = lane
        head = try lane?.head.flatMap { try transaction.delivery($0) }
        self.consent = consent
        self.pause = pause
        switch route.direction {
        case .inbound:
            let token = ProxyRoute(to.text, rules: rules)
            (outcome, reason) = try Self.inbound(
                route, token, isHeld: isHeld, isPaused: lane?.pausedUntil != nil, stranger, transaction)
        case .outbound:
            (outcome, reason) = Self.outbound(
                route, isHeld: isHeld, isStopped: consent?.state == .stopped, isPaused: lane?.pausedUntil != nil, pause)
        }
    }

    /// In the order in which an arrival is judged (``Arrival``).
    private static func inbound(
        _ route: MessageRoute, _ proxy: ProxyRoute, isHeld: Bool, isPaused: Bool, _ stranger: Stranger?, _ transaction: any ReadTransaction
    ) throws -> (Outcome, String?) {
        guard case .served(_, _, let token) = proxy else { return (.held, "forged_token") }
        guard route.isOfOneChannel else { return (.held, "unreadable_sender") }
        if isPaused { return (.held, "pair_paused") }
        if isHeld { return (.appended, nil) }
        if token != nil { return (.held, "token_of_other_sender") }
        switch stranger?.rule ?? .hold {
        case .hold: return (.held, "unknown_pair")
        case .reject: return (.rejected, "unknown_pair")
        case .autocreate:
            guard let service = stranger?.service, try transaction.service(service) != nil else { return (.held, "service_gone") }
            return (.created, nil)
        }
    }

    private static func outbound(
        _ route: MessageRoute, isHeld: Bool, isStopped: Bool, isPaused: Bool, _ pause: AdapterPause?
    ) -> (Outcome, String?) {
        guard route.isOfOneChannel else { return (.nobody, "kinds_differ") }
        guard isHeld else { return (.nobody, "unknown_pair") }
        if isStopped { return (.fails, "opted_out") }
        if pause != nil { return (.waits, "adapter_paused") }
        return isPaused ? (.waits, "pair_paused") : (.sent, nil)
    }
}

extension RouteExplanation.Stranger {
    /// By the same rule as for a message that comes in (``StrangerRule``).
    fileprivate init(_ proxy: Address, adapter: String, _ transaction: any ReadTransaction, _ rules: Rules) throws {
        let configuration = try transaction.addressConfiguration(key: proxy.key, kind: .init(proxy.channel))
        let decides = configuration.map { $0.autoCreation.isEnabled || $0.unknownSender != nil } ?? false
        self.configuration = decides ? configuration?.sid : nil
        switch try StrangerRule(proxy, adapter: adapter, transaction, rules) {
        case .hold: rule = .hold
        case .reject: rule = .reject
        case .create(let creation):
            rule = .autocreate
            service = creation.service ?? rules.installation.service
        }
    }
}

extension Broker {
    /// Says what would become of a message. Nothing is sent and nothing changes.
    ///
    /// - Throws: ``MessageRoute/Problem`` unless exactly one of the two addresses is ours; ``NotDurable``.
    public func explain(from: Address, to: Address) async throws -> RouteExplanation {
        let rules = rules
        let route = try MessageRoute(from: from, to: to, in: rules.directory)
        let now = source.stamp().now
        return try await read { try RouteExplanation(route, to: to, $0, rules, now: now) }
    }
}
