import Foundation
import ParleyBroker
import ParleyCore
import ParleyStore
import Synchronization
import Testing

/// The other side of webhooks: keeps what it is sent and answers as it is told.
final class Receiver: HTTPExchange {
    typealias Reply = @Sendable (Call) -> Result<OutboundAnswer, TransferFailure>

    /// One request as a receiver reads it.
    struct Call: Sendable {
        var request: OutboundRequest
        var trust: Trust

        var url: String { request.url }

        /// The parameters of the body or of the query, in their order.
        var form: [HookParameter] {
            let text =
                request.method == "POST" ? String(decoding: request.body ?? [], as: UTF8.self) : String(url.drop { $0 != "?" }.dropFirst())
            return text.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
                return HookParameter(parts[0].removingPercentEncoding ?? "", parts[1].removingPercentEncoding ?? "")
            }
        }

        subscript(name: String) -> String? { form.first { $0.name == name }?.value }

        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
    }

    private let state: Mutex<(calls: [Call], reply: Reply)>

    init(_ reply: @escaping Reply = { _ in .success(OutboundAnswer(status: 200)) }) { state = Mutex(([], reply)) }

    var calls: [Call] { state.withLock { $0.calls } }

    var events: [String] { calls.compactMap { $0["EventType"] } }

    func reply(_ reply: @escaping Reply) { state.withLock { $0.reply = reply } }

    func forget() { state.withLock { $0.calls = [] } }

    func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
        let call = Call(request: request, trust: trust)
        let reply = state.withLock { state in
            state.calls.append(call)
            return state.reply
        }
        return try reply(call).get()
    }

    static func answer(_ status: Int, _ body: String = "", _ headers: [HeaderField] = []) -> Reply {
        { _ in .success(OutboundAnswer(status: status, headers: headers, body: Array(body.utf8))) }
    }

    static func failure(_ reason: TransferFailure.Reason) -> Reply {
        { _ in .failure(TransferFailure(reason, mayHaveLeft: false, detail: "as the test wants it")) }
    }
}

extension Installed {
    static let account = SID(.account, high: 0xA, low: 0xB)
    static let token = "12345"

    /// An installation whose webhooks reach a receiver.
    static func hooked(
        _ receiver: Receiver, store: SQLiteStore? = nil, clock: SetClock = SetClock(),
        _ change: (inout WebhookRules) -> Void = { _ in }
    ) async throws -> Installed {
        var rules = WebhookRules(account: account, authToken: token)
        change(&rules)
        let installed = try await Installed(store: store, clock: clock, webhooks: rules)
        installed.broker.attach(receiver)
        return installed
    }

    /// Reads the event log to its end, as the service does.
    func read(_ reader: WebhookReader? = nil) async throws {
        let reader = reader ?? WebhookReader(broker: broker)
        while try await reader.step() {}
    }

    /// Queues and sends all that is due.
    func post(to receiver: Receiver) async throws {
        try await read()
        try await WebhookSender(broker: broker, exchange: receiver).drain()
    }

    func configure(
        _ service: SID? = nil, pre: String? = nil, post: String? = nil, method: HookMethod? = nil, _ filters: [Hook] = Hook.allCases
    ) async throws {
        try await broker.perform(
            ConfigureWebhooks(of: service, method: method, filters: filters.map(\.rawValue), preURL: pre, postURL: post))
    }

    func queued() async throws -> [WebhookDelivery] {
        try await broker.read { try $0.webhookDeliveries(nil, page: PageRequest(size: 1000)).rows.reversed() }
    }
}
