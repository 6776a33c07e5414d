internal import CParleyCurl

/// What was seen of one transfer, as plain values: the judgement on it is made elsewhere.
struct Observation: Sendable {
    enum End: Sendable, Equatable {
        /// libcurl's verdict.
        case finished(CURLcode)
        case cancelled
    }

    var end = End.cancelled
    /// What libcurl says about a failure; empty where it says nothing.
    var errorText = ""
    var status = 0
    /// Every header line (HTTP) or reply line (SMTP) of the server, without its line end.
    var lines: [[UInt8]] = []
    var lineBytes = 0
    var body: [UInt8] = []
    /// More came than may come.
    var overflowed = false
    /// How often the connection was ready and the request about to be written.
    var requestsBegun = 0
    /// How many lines had come when the request began: what follows answers the request, what precedes it set up the connection.
    var linesBeforeRequest = 0
    /// libcurl was about to repeat a request that may have been acted upon.
    var repeatRefused = false
    /// How many bytes of a mail's content libcurl has taken over.
    var contentTaken = 0
    var addressesRefused = 0
    var addressesTried = 0
    /// The transfer used a pooled connection.
    var reusedConnection = false

    static let lineBytesMax = 1 << 18
}
