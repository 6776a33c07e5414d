public import ParleyCore

/// What the two listeners need from the settings.
public struct APIConfiguration: Sendable {
    /// Where a listener listens. Port 0 takes a free one.
    public struct Endpoint: Sendable, Hashable {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// An API key: a pair of identifier and secret that opens the API like the account's own credentials.
    public struct Key: Sendable, Hashable {
        public var sid: SID
        public var secret: String

        public init(sid: SID, secret: String) {
            self.sid = sid
            self.secret = secret
        }
    }

    /// What a caller may ask of a listener.
    public struct Bounds: Sendable, Hashable {
        /// Of a request to the API, media apart, in bytes; beyond: 413.
        public var requestBytes = 1 << 20
        /// Of a provider's callback, in bytes; beyond: 413.
        public var callbackBytes = 1 << 20
        /// How long the body of a request may take, media apart; beyond: 408.
        public var bodyTime: Duration = .seconds(30)
        /// How long a connection may be idle before it is closed.
        public var idleTime: Duration = .seconds(60)
        /// Open connections of one listener; beyond, new ones wait to be accepted.
        public var connections = 10_000
        /// How long the answer to a request with an idempotency key is remembered.
        public var idempotencyTime: Duration = .seconds(24 * 3600)
        /// How long a direct link to a medium's bytes is good for, as the API hands it out.
        public var directLinkTime: Duration = .seconds(300)

        public init() {}
    }

    /// Where the API, health and the operator's routes are served.
    public var listen: Endpoint
    /// Where callbacks and media links are served; it may face the Internet.
    public var publicListen: Endpoint
    /// The origin at which clients reach the API, such as `https://api.example`, without a slash at its end. Links in answers start with it.
    public var apiURL: String
    public var account: SID
    public var authToken: String
    public var keys: [Key]
    public var bounds: Bounds

    public init(
        listen: Endpoint, publicListen: Endpoint, apiURL: String, account: SID, authToken: String, keys: [Key] = [],
        bounds: Bounds = Bounds()
    ) {
        self.listen = listen
        self.publicListen = publicListen
        self.apiURL = apiURL.hasSuffix("/") ? String(apiURL.dropLast()) : apiURL
        self.account = account
        self.authToken = authToken
        self.keys = keys
        self.bounds = bounds
    }
}
