/// One exchange over HTTP, without any retry.
protocol HTTPWire: Sendable {
    func exchange(_ request: WireRequest) async throws(WireFailure) -> WireAnswer
    /// Closes every connection. Exchanges under way fail.
    func shutdown() async
}

struct WireRequest: Sendable, Equatable {
    var method: String
    var url: String
    var headers: [String: String]
    var body: [UInt8]
    /// How long the answer may be.
    var bytesMax: Int
    /// How long it may take, answer included.
    var time: Duration
}

struct WireAnswer: Sendable {
    var status: Int
    /// By names in lower case; of a repeated one the last.
    var headers: [String: String]
    var body: [UInt8]
}

enum WireFailure: Error, Hashable {
    /// Nothing of the request was sent.
    case notConnected
    /// The connection broke before the whole answer was there: the request may have had its effect.
    case broken
    case timedOut
    case answerTooLong
    /// The caller's task was cancelled.
    case cancelled
    case shutDown
}
