import ParleyBroker
import ParleyCore

/// A caller's command under an idempotency key: a repeat is answered like the first and changes nothing.
struct Once<Inner: Fact>: Fact {
    let key: String
    let inner: Inner
    /// Makes the answer that is remembered.
    let describe: @Sendable (Inner.Answer) -> String

    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> String {
        if let known = try transaction.idempotentAnswer(key) { return String(decoding: known.body, as: UTF8.self) }
        let answer = describe(try inner.apply(to: transaction, under: rules, stamp: &stamp, effects: &effects))
        try transaction.remember(
            IdempotentAnswer(
                key: key, requestDigest: key, status: 200, body: Array(answer.utf8), position: transaction.latestPosition(),
                until: stamp.now + .seconds(24 * 3600)))
        return answer
    }
}

/// An operator put the settings of an adapter right.
struct ResumeAdapter: Fact {
    let adapter: String

    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.resumeAdapter(adapter)
        effects.append(.dispatch(adapter: adapter))
    }
}
