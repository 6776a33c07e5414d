public import Logging
public import ParleyCore
import Synchronization

/// The engine: carries facts to the database and effects away from it. Listeners and routes call it; the services around it are rung by it.
public final class Broker: Sendable {
    public let store: any ConversationStore
    public var media: any MediaStore { watchedMedia }
    let watchedMedia: WatchedMedia
    public let source: any StampSource
    public let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var rules: Rules
        var gateways: [String: any Gateway]
        var doorbells: [String: Doorbell] = [:]
        var restraints: [String: Instant] = [:]
        var exchange: (any HTTPExchange)?
    }

    /// What wakes the reader of the event log for webhooks, and what wakes the sender of what it queued.
    let webhookEvents = Doorbell()
    let webhookQueue = Doorbell()
    /// What wakes the reader of the event log for people who are connected.
    let feedEvents = Doorbell()
    /// What wakes the one who asks pre-hooks about what people outside say.
    let prehookQueue = Doorbell()
    /// What wakes the one who fetches media that people outside sent.
    let mediaQueue = Doorbell()

    /// Opens the installation in the database and takes what was under way when the last daemon ended as unknown.
    ///
    /// - Throws: ``NotDurable`` when the database cannot be written.
    public static func open(
        store: any ConversationStore, media: any MediaStore, source: any StampSource, directory: AdapterDirectory,
        limits: Limits = Limits(),
        retry: RetryPolicy = RetryPolicy(), publicURL: String, webhooks: WebhookRules = WebhookRules(), logger: Logger
    ) async throws -> Broker {
        let installation = try await store.write(source.stamp()) { transaction, stamp in
            try OpenInstallation().apply(to: transaction, stamp: &stamp)
        }
        let rules = Rules(
            directory: directory, limits: limits, retry: retry, installation: installation, publicURL: publicURL, webhooks: webhooks)
        let broker = Broker(store: store, media: media, source: source, rules: rules, logger: logger)
        try await broker.perform(RehomeProxies())
        try await broker.perform(AbandonImport())
        while true {
            let recovered = try await broker.perform(RecoverInterrupted())
            if recovered == 0 { return broker }
            logger.notice(
                "deliveries were under way when the last daemon ended; their answers are unknown", metadata: ["count": "\(recovered)"])
        }
    }

    init(store: any ConversationStore, media: any MediaStore, source: any StampSource, rules: Rules, logger: Logger) {
        self.store = store
        watchedMedia = WatchedMedia(media, source: source)
        self.source = source
        self.logger = logger
        state = Mutex(State(rules: rules, gateways: [:]))
    }

    public var rules: Rules { state.withLock { $0.rules } }

    /// Gives the Broker its adapters. Called once, before the services run.
    public func attach(_ gateways: [String: any Gateway]) { state.withLock { $0.gateways = gateways } }

    /// Gives the Broker the way to its webhooks. Without one, nobody is asked before a fact, and nobody is told.
    public func attach(_ exchange: any HTTPExchange) { state.withLock { $0.exchange = exchange } }

    var exchange: (any HTTPExchange)? { state.withLock { $0.exchange } }

    public func gateway(_ name: String) -> (any Gateway)? { state.withLock { $0.gateways[name] } }

    /// Carries out a fact on somebody's behalf; returns after the commit. A fact with a pre-hook is asked about first.
    ///
    /// - Throws: ``Refusal``, ``NotDurable``, or what else the fact's rule throws.
    @discardableResult
    public func perform<F: Fact>(_ fact: F, by origin: Origin = .gateway) async throws -> F.Answer {
        try await perform(fact, by: origin) { answer, _ in answer }
    }

    /// Carries out a fact and makes something of its answer within the same transaction, such as an answer to remember.
    public func perform<F: Fact, R: Sendable>(
        _ fact: F, by origin: Origin = .gateway, finishing finish: @escaping @Sendable (F.Answer, any WriteTransaction) throws -> R
    ) async throws -> R {
        let fact = try await asked(fact, by: origin)
        let rules = rules
        let (result, effects) = try await store.write(source.stamp().by(origin)) { transaction, stamp in
            let (answer, effects) = try step(fact, transaction, rules, &stamp)
            return (try finish(answer, transaction), effects)
        }
        follow(effects)
        return result
    }

    /// Reads one consistent state.
    public func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R {
        try await store.read(body)
    }

    private func follow(_ effects: [Effect]) {
        var rung: Set<String> = []
        for effect in effects {
            switch effect {
            case .dispatch(let adapter):
                if rung.insert(adapter).inserted { doorbell(adapter).ring() }
            case .restrain(let adapter, let until):
                state.withLock { $0.restraints[adapter] = max($0.restraints[adapter] ?? until, until) }
            case .defaultService(let service, let revision):
                state.withLock { state in
                    // Effects follow their commits, but not in the commits' order.
                    guard revision > state.rules.installation.revision else { return }
                    state.rules.installation.service = service
                    state.rules.installation.revision = revision
                }
            case .alert(let sentence):
                logger.warning("\(sentence)")
            case .publish:
                webhookEvents.ring()
                feedEvents.ring()
            case .ask:
                prehookQueue.ring()
            case .fetch:
                mediaQueue.ring()
            }
        }
    }

    /// What wakes the dispatcher of an adapter.
    func doorbell(_ adapter: String) -> Doorbell {
        state.withLock { state in
            if let bell = state.doorbells[adapter] { return bell }
            let bell = Doorbell()
            state.doorbells[adapter] = bell
            return bell
        }
    }

    /// Until when an adapter as a whole waits.
    func restraint(_ adapter: String) -> Instant? { state.withLock { $0.restraints[adapter] } }
}

/// Wakes one waiting service; rings that come while it is awake are one ring.
final class Doorbell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func ring() { continuation.yield() }
}
