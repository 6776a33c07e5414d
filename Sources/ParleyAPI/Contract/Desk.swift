import Hummingbird
import ParleyBroker
import ParleyCore
import ParleyCore

/// What the routes of the contract share: the Broker to call, and how answers are written and remembered.
struct Desk: Sendable {
    let broker: Broker
    let configuration: APIConfiguration

    /// The service whose resources the path means.
    func service(_ exchange: Exchange) -> SID { exchange.mount.service ?? broker.rules.installation.service }

    func presentation(_ exchange: Exchange) -> Presentation {
        Presentation(rules: broker.rules, configuration: configuration, mount: exchange.mount)
    }

    /// Reads one consistent state for the answer, which tells everything up to the latest event that this state has.
    func read<R: Sendable>(_ exchange: Exchange, _ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R {
        let (result, position) = try await broker.read { transaction in (try body(transaction), try transaction.latestPosition()) }
        exchange.position.read(position)
        return result
    }

    /// Carries out what a POST asks for. With an idempotency key, a repeat of the request is answered with the first answer's bytes and changes
    /// nothing. A request that was refused leaves nothing behind: its repeat is judged anew.
    ///
    /// - Parameter body: what tells this request from another of the same path and query.
    func post<F: Fact>(
        _ fact: F, _ exchange: Exchange, body: [UInt8], status: Int,
        present: @escaping @Sendable (F.Answer, any ReadTransaction) throws -> JSON
    ) async throws -> Answer {
        var request: IdempotentRequest?
        if let key = try IdempotentRequest.key(in: exchange.request.headers) {
            let parts = ["POST", exchange.path.raw, exchange.path.query, ContentDigest.hex(of: body)]
            // A chat user's keys are that user's: they neither take a key from others nor are answered what another was.
            var own = key
            if case .token(let token) = exchange.principal {
                own = "token " + ContentDigest.hex(ofParts: [service(exchange).text, token.identity, key])
            }
            request = IdempotentRequest(key: own, digest: ContentDigest.hex(ofParts: parts), time: configuration.bounds.idempotencyTime)
        }
        let answer = try await broker.perform(
            Once(fact: fact, request: request, status: status, present: present), by: try exchange.origin())
        exchange.position.written(answer.position)
        return .json(bytes: answer.body, status: answer.status)
    }

    /// Carries out what a DELETE asks for.
    func delete<F: Fact>(_ fact: F, _ exchange: Exchange) async throws -> Answer {
        let position = try await broker.perform(fact, by: try exchange.origin()) { _, transaction in try transaction.latestPosition() }
        exchange.position.written(position)
        return .noContent
    }
}
