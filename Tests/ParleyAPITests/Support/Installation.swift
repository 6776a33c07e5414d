import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ParleyAPI
import ParleyBroker
import ParleyCore
import ParleyMedia
import ParleyStore
import Synchronization
import Testing

/// A gateway with a database in memory, and both its servers.
final class Installation: Sendable {
    let broker: Broker
    let store: FailingStore
    let clock: StepClock
    let carrier: FakeCarrier
    let servers: APIServers
    let log: RecordedLog
    private let folder: String
    private let position = Mutex<Int64>(0)

    static let account = SID(.account, high: 1, low: 2)
    static let token = "the-token"
    static let key = APIConfiguration.Key(sid: SID(.apiKey, high: 3, low: 4), secret: "the:secret")
    static let apiURL = "https://api.example"
    static let publicURL = "https://public.example"

    init(
        limits: Limits = Limits(), bounds: APIConfiguration.Bounds = APIConfiguration.Bounds(),
        keys: [APIConfiguration.Key] = [Installation.key], delays: any Clock<Duration> = ContinuousClock()
    ) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/parley-api-\(UUID().uuidString)"
        log = RecordedLog()
        store = FailingStore(try SQLiteStore.inMemory())
        clock = StepClock()
        carrier = FakeCarrier()
        let logger = log.logger
        broker = try await Broker.open(
            store: store, media: FolderMediaStore(path: folder), source: clock,
            directory: AdapterDirectory([
                AdapterProfile(
                    name: "carrier", type: "http-sms", channel: .sms, addresses: [try AddressPattern("+15550100000")],
                    capabilities: Capabilities(mediaTypes: ["image/*"], mediaCountMax: 1, mediaBytesMax: 1000, receipts: true)),
                AdapterProfile(name: "mail", type: "smtp", channel: .email, addresses: [try AddressPattern("*@in.example")]),
            ]),
            limits: limits, publicURL: Installation.publicURL, logger: logger)
        broker.attach(["carrier": carrier])
        servers = APIServers(
            broker: broker,
            configuration: APIConfiguration(
                listen: .init(host: "127.0.0.1", port: 0), publicListen: .init(host: "127.0.0.1", port: 0), apiURL: Installation.apiURL,
                account: Installation.account, authToken: Installation.token, keys: keys, bounds: bounds),
            logger: logger, clock: delays)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var service: SID { broker.rules.installation.service }

    func api<Result: Sendable>(over transport: Transport = .router, _ body: @Sendable (Caller) async throws -> Result) async throws
        -> Result
    {
        try await servers.api().test(transport.setup) { try await body(Caller(client: $0)) }
    }

    func strangers<Result: Sendable>(over transport: Transport = .router, _ body: @Sendable (Caller) async throws -> Result) async throws
        -> Result
    {
        try await servers.publicSite().test(transport.setup) { try await body(Caller(client: $0, authorization: nil)) }
    }

    /// The position of the latest event: it moves with every change.
    func eventCount() async throws -> Int64 {
        var last = position.withLock { $0 }
        while let next = try await broker.read({ [last] in try $0.events(after: last, limit: 1000).last?.position }) { last = next }
        position.withLock { [last] in $0 = last }
        return last
    }

    /// Makes every attempt that is due, with outcomes chosen by the address.
    func dispatch(_ adapter: String = "carrier", _ outcome: (Dispatch) -> Outcome) async throws {
        let turn = try await broker.perform(TakeTurn(adapter: adapter, results: [], places: 100))
        let results = turn.dispatches.map { AttemptResult(delivery: $0.delivery, attempt: $0.attempt, outcome: outcome($0)) }
        try await broker.perform(SettleAttempts(results))
    }
}

enum Transport: String, CaseIterable, Sendable {
    case router
    case socket

    var setup: TestingSetup {
        switch self {
        case .router: .router
        case .socket: .live
        }
    }
}

/// Time that goes on by a millisecond with each look, and identifiers from a counted seed.
final class StepClock: StampSource {
    private let state = Mutex<(now: Instant, seed: UInt64)>((Instant(seconds: 1_780_000_000), 1))

    func stamp() -> Stamp {
        state.withLock { state in
            state.now = state.now + .milliseconds(1)
            state.seed += 1
            return Stamp(now: state.now, identifiers: IdentifierStream(seed: state.seed))
        }
    }

    func pass(_ time: Duration) { state.withLock { $0.now = $0.now + time } }

    var now: Instant { state.withLock { $0.now } }
}

/// A store that can be told to fail, and to keep nothing.
final class FailingStore: ConversationStore {
    let base: SQLiteStore
    private let fails = Mutex(false)
    private let rehearsal = Mutex((isOn: false, completed: 0))

    init(_ base: SQLiteStore) { self.base = base }

    func fail(_ failing: Bool) { fails.withLock { $0 = failing } }

    /// While it rehearses, what a body wrote is undone once its result is there: every request meets the same rows.
    func rehearse(_ rehearses: Bool) { rehearsal.withLock { $0.isOn = rehearses } }

    /// How many bodies ended without an error: outside a rehearsal, each of them was kept.
    var completed: Int { rehearsal.withLock(\.completed) }

    func write<R: Sendable>(_ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R) async throws -> R {
        if fails.withLock({ $0 }) { throw NotDurable("the disk is full") }
        let rehearses = rehearsal.withLock(\.isOn)
        do {
            return try await base.write(stamp) { [self] transaction, stamp in
                let result = try body(transaction, &stamp)
                rehearsal.withLock { $0.completed += 1 }
                guard !rehearses else { throw Rehearsed(result: result) }
                return result
            }
        } catch let rehearsed as Rehearsed<R> {
            return rehearsed.result
        }
    }

    private struct Rehearsed<R: Sendable>: Error { let result: R }

    func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R {
        if fails.withLock({ $0 }) { throw NotDurable("the disk is full") }
        return try await base.read(body)
    }
}

/// A provider whose callbacks are authentic when they carry the secret `hush`.
final class FakeCarrier: CallbackGateway, ControlledGateway {
    private let seen = Mutex<[CallbackRequest]>([])

    var requests: [CallbackRequest] { seen.withLock { $0 } }

    var capabilities: Capabilities { Capabilities() }

    func send(_ dispatch: Dispatch) async -> Outcome { .accepted([]) }

    func interpret(_ request: CallbackRequest, at now: Instant) throws(Unauthentic) -> Interpretation {
        seen.withLock { $0.append(request) }
        guard request.secret == "hush" || request.header("X-Secret") == "hush" else { throw Unauthentic("the secret is missing") }
        let text = String(decoding: request.body, as: UTF8.self)
        let fact = InboundFact(proxy: "+15550100000", sender: "+15557654321", identity: "id-\(text)", text: text, raw: request.body)
        return Interpretation(
            facts: [.message(fact)], acknowledgement: Acknowledgement(status: 202, contentType: "text/plain", body: "taken"))
    }

    func control(_ request: ControlRequest) async -> ControlAnswer {
        ControlAnswer(status: 200, body: Array(#"{"method": "\#(request.method)", "path": "\#(request.path)"}"#.utf8))
    }
}

/// Everything that was logged, as text.
final class RecordedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private func take(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.take("\(event.message) \(event.metadata ?? [:])") }
    }
}
