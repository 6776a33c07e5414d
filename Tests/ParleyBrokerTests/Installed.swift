import Logging
import ParleyBroker
import ParleyCore
import ParleyStore
import Synchronization

/// A Broker over SQLite in memory, with a clock that tests set and adapters that do nothing by themselves.
final class Installed: Sendable {
    let broker: Broker
    let clock: SetClock
    let media = MemoryMedia()

    static let sms = "phone"
    static let mail = "mail"
    static let backup = "backup"

    init(
        loopGuard: AdapterProfile.LoopGuard? = nil, unknownSender: AdapterProfile.UnknownSender = .hold,
        whenUnknown: AdapterProfile.WhenUnknown = .retry, store: SQLiteStore? = nil, clock: SetClock = SetClock(),
        smsName: String = Installed.sms, replacesTypography: Bool = false, webhooks: WebhookRules = WebhookRules(),
        route: AdapterRoute? = nil, phone change: (inout AdapterProfile) -> Void = { _ in }
    ) async throws {
        var phone = AdapterProfile(
            name: smsName, type: "mock", channel: .sms,
            addresses: [try AddressPattern("+15550100000"), try AddressPattern("+15550100001")],
            unknownSender: unknownSender, whenUnknown: whenUnknown, loopGuard: loopGuard,
            capabilities: Capabilities(mediaTypes: ["image/*"], mediaCountMax: 1, mediaBytesMax: 1000, receipts: true))
        phone.replacesTypography = replacesTypography
        change(&phone)
        // The others of a route serve one of the two addresses.
        let others = try (route?.adapters.dropFirst() ?? []).map { name in
            AdapterProfile(
                name: name, type: "mock", channel: .sms, addresses: [try AddressPattern("+15550100000")], loopGuard: nil,
                capabilities: Capabilities(receipts: true))
        }
        let mail = AdapterProfile(
            name: Installed.mail, type: "smtp", channel: .email, addresses: [try AddressPattern("*@in.example")], whenUnknown: whenUnknown,
            loopGuard: nil, capabilities: Capabilities(mediaTypes: ["*/*"], mediaCountMax: 10, mediaBytesMax: 1 << 20))
        self.clock = clock
        broker = try await Broker.open(
            store: store ?? SQLiteStore.inMemory(), media: media, source: clock,
            directory: AdapterDirectory([phone, mail] + others, routes: route.map { [$0] } ?? []),
            publicURL: "https://parley.example", webhooks: webhooks, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func conversation(_ name: String? = nil) async throws -> Conversation {
        var changes = ConversationChanges()
        changes.friendlyName = name
        return try await broker.perform(CreateConversation(changes))
    }

    func add(_ address: String, by proxy: String, to conversation: Conversation) async throws -> Participant {
        try await broker.perform(AddParticipant(to: ConversationName(conversation.sid), address: address, proxyAddress: proxy))
    }

    func add(identity: String, to conversation: Conversation) async throws -> Participant {
        try await broker.perform(AddParticipant(to: ConversationName(conversation.sid), identity: identity))
    }

    func say(_ body: String, as author: String = "alice", media: [SID] = [], in conversation: Conversation) async throws -> Message {
        try await broker.perform(CreateMessage(in: ConversationName(conversation.sid), author: author, body: body, media: media))
    }

    func turn(_ adapter: String, _ results: [AttemptResult] = [], places: Int = 100) async throws -> [Dispatch] {
        try await broker.perform(TakeTurn(adapter: adapter, results: results, places: places)).dispatches
    }

    /// Makes an attempt end.
    func end(_ dispatch: Dispatch, _ outcome: Outcome) async throws {
        try await broker.perform(SettleAttempts([AttemptResult(delivery: dispatch.delivery, attempt: dispatch.attempt, outcome: outcome)]))
    }

    func deliveries(of message: Message) async throws -> [Delivery] {
        try await broker.read { try $0.deliveries(of: message.sid, page: PageRequest(size: 100)).rows }
    }

    func delivery(_ sid: SID) async throws -> Delivery? { try await broker.read { try $0.delivery(sid) } }

    func messages(in conversation: Conversation) async throws -> [Message] {
        try await broker.read { try $0.messages(in: conversation.sid, newestFirst: false, page: PageRequest(size: 100)).rows }
    }

    func receive(_ receipt: ReceiptFact, _ adapter: String = Installed.sms) async throws {
        try await broker.receipt(receipt, adapter: adapter)
    }
}

/// Time that stands until a test moves it.
final class SetClock: StampSource {
    private let state = Mutex<(now: Instant, seed: UInt64)>((Instant(seconds: 1_800_000_000), 1))

    func advance(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    func stamp() -> Stamp {
        state.withLock { state in
            state.seed += 1
            return Stamp(now: state.now, identifiers: IdentifierStream(seed: state.seed))
        }
    }
}

/// Media in memory.
final class MemoryMedia: MediaStore {
    private let kept = Mutex<[MediaKey: [UInt8]]>([:])

    func receive() throws(MediaFailure) -> any MediaReception { Reception(store: self) }

    func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] {
        Array((kept.withLock { $0[key] } ?? []).dropFirst(range.lowerBound).prefix(range.count))
    }

    func size(of key: MediaKey) throws(MediaFailure) -> Int? { kept.withLock { $0[key]?.count } }

    func remove(_ key: MediaKey) throws(MediaFailure) { kept.withLock { $0[key] = nil } }

    private struct Reception: MediaReception {
        let store: MemoryMedia
        var bytes: [UInt8] = []

        init(store: MemoryMedia) { self.store = store }

        mutating func write(_ bytes: [UInt8]) throws(MediaFailure) { self.bytes += bytes }

        mutating func finish() throws(MediaFailure) -> MediaKey {
            guard let key = MediaKey(rawValue: ContentDigest.hex(of: bytes)) else { throw MediaFailure("no key") }
            let bytes = bytes
            store.kept.withLock { $0[key] = bytes }
            return key
        }

        mutating func abandon() {}
    }
}
