/// The port through which everything leaves by HTTP. `ParleyTransfer` implements it over libcurl.
public protocol HTTPExchange: Sendable {
    /// Sends one request and waits for its whole answer.
    ///
    /// - Throws: ``TransferFailure`` when there is no complete answer. An HTTP status of 4xx or 5xx is an answer, not a failure.
    func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer
}

/// Who chose the address that a request goes to, which decides whether it may reach private networks.
public enum Trust: Sendable, Hashable {
    /// The operator wrote the URL in the settings: it is used as written.
    case operatorChosen
    /// Somebody else chose the URL (a webhook, a media link, a redirect): private, loopback and link-local ranges are refused after
    /// resolution.
    case strangerChosen
}

/// One HTTP request, complete and ready for the wire.
public struct OutboundRequest: Sendable, Hashable {
    public var method: String
    /// Absolute URL, `http` or `https`.
    public var url: String
    /// In the order they are sent; names keep their case.
    public var headers: [HeaderField]
    public var body: [UInt8]?
    /// How long the whole exchange may take.
    public var timeout: Duration
    /// The longest answer body that is read, in bytes; a longer one fails with ``TransferFailure/Reason/tooLarge``.
    public var answerBytesMax: Int

    public init(
        method: String, url: String, headers: [HeaderField] = [], body: [UInt8]? = nil, timeout: Duration = .seconds(30),
        answerBytesMax: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.answerBytesMax = answerBytesMax
    }
}

/// One HTTP header field.
public struct HeaderField: Sendable, Hashable, Codable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The answer to an ``OutboundRequest``.
public struct OutboundAnswer: Sendable, Hashable {
    public var status: Int
    /// In the order received; names keep their case, compare them without it.
    public var headers: [HeaderField]
    public var body: [UInt8]

    public init(status: Int, headers: [HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, its name compared without case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why a transfer has no complete answer.
public struct TransferFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, Codable {
        /// No connection was made: nothing of the request left.
        case unreachable
        /// The host's name did not resolve: nothing left.
        case unresolved
        /// TLS could not be agreed upon: nothing of the request left.
        case tls
        /// The guard refused the address: nothing left.
        case forbiddenAddress
        /// The URL, an address or a header cannot be sent as it is (CR, LF, NUL, an unknown scheme): nothing left.
        case malformed
        /// The server refused the credentials.
        case authentication
        /// Time ran out.
        case timedOut
        /// The connection broke while the exchange was under way.
        case broken
        /// The answer's body is longer than the request allows.
        case tooLarge
        /// The caller was cancelled.
        case cancelled
    }

    public var reason: Reason
    /// True when the request may have reached the other side: whether it acted on it is then unknown.
    public var mayHaveLeft: Bool
    /// A sentence for the log. Never holds a URL's query, credentials or a body.
    public var detail: String

    public init(_ reason: Reason, mayHaveLeft: Bool, detail: String) {
        self.reason = reason
        self.mayHaveLeft = mayHaveLeft
        self.detail = detail
    }

    public var description: String { "\(reason.rawValue): \(detail)" }
}
