/// The promises that a run is checked for; the numbers are those of docs/architecture.md, "Promises".
public enum Promise: String, Sendable, CaseIterable {
    /// 1. Acknowledged is durable.
    case durable
    /// 2. One event, one message.
    case oneMessage
    /// 3. Every message × recipient has one delivery that settles.
    case settles
    /// 4. Order.
    case order
    /// 5. At least once, and what may be a duplicate says so.
    case duplicates
    /// 6. The lease is the fence.
    case fence
    /// 7. Nobody gets what is not theirs.
    case audience
    /// 8. Bodies and full addresses never reach a log or an error text.
    case discretion
    /// Not a promise of its own: a rule threw what no caller understands, or the run does not come to rest.
    case sound
}

/// A promise that was not kept, with what shows it.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    public let promise: Promise
    public let evidence: String

    public init(_ promise: Promise, _ evidence: String) {
        self.promise = promise
        self.evidence = evidence
    }

    public var description: String { "[\(promise.rawValue)] \(evidence)" }
}
