import HTTPTypes
import ParleyBroker
import ParleyCore

/// How a request with an idempotency key is recognised.
struct IdempotentRequest: Sendable {
    let key: String
    let digest: String
    /// How long its answer is remembered.
    let time: Duration

    /// The key in a request's headers, nil when there is none.
    ///
    /// - Throws: 400/20001 unless it is 1 to 255 visible ASCII characters, given once.
    static func key(in headers: HTTPFields) throws(Refusal) -> String? {
        let given = headers.filter { $0.name.canonicalName == "idempotency-key" }.map(\.value)
        guard let key = given.first else { return nil }
        guard given.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalid("Idempotency-Key", "expected 1 to 255 visible ASCII characters")
        }
        return key
    }
}

/// A fact that happens once for a key: its answer is remembered in the transaction that carries it out, and looked up in the transaction of its
/// repeat, so that of two at the same time one has an effect and both have its answer.
struct Once<F: Fact>: Fact {
    var fact: F
    /// Nil when the caller gave no key: then the fact happens each time.
    let request: IdempotentRequest?
    let status: Int
    let present: @Sendable (F.Answer, any ReadTransaction) throws -> JSON

    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        /// The latest event when it was carried out. That of a repeat is the first one's: its bytes say no more.
        let position: Int64
    }

    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Answer {
        if let request, let first = try transaction.idempotentAnswer(request.key), first.until > stamp.now {
            guard first.requestDigest == request.digest else {
                throw Refusal.invalid("Idempotency-Key", "was used for another request")
            }
            return Answer(status: first.status, body: first.body, position: first.position)
        }
        let result = try fact.apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
        let body = try present(result, transaction).bytes
        let position = try transaction.latestPosition()
        if let request {
            try transaction.remember(
                IdempotentAnswer(
                    key: request.key, requestDigest: request.digest, status: status, body: body, position: position,
                    until: stamp.now + request.time))
        }
        return Answer(status: status, body: body, position: position)
    }
}

/// The hook is asked before the transaction, and not for a request that has its answer already.
extension Once: Prehooked where F: Prehooked {
    func prehook(_ transaction: any ReadTransaction, _ rules: Rules, by origin: Origin, now: Instant) throws -> Prehook? {
        if let request, let first = try transaction.idempotentAnswer(request.key), first.until > now { return nil }
        return try fact.prehook(transaction, rules, by: origin, now: now)
    }

    mutating func take(_ changes: HookChanges) { fact.take(changes) }
}
