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

    /// What an API key may be good for.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// GET of everything under `/v1`.
        case read
        /// POST and DELETE of conversations and what is in them, and uploads of media.
        case write
        /// POST and DELETE of what sets conversations up: configuration, services, roles, credentials, bindings, webhooks.
        case configure
        /// Everything under `/admin/v1`.
        case operate
        /// Its secret may sign access tokens.
        case tokens
    }

    /// An API key: a pair of identifier and secret that opens what its scopes name.
    public struct Key: Sendable, Hashable {
        public var sid: SID
        public var secret: String
        public var scopes: Set<Scope>

        public init(sid: SID, secret: String, scopes: Set<Scope> = Set(Scope.allCases)) {
            self.sid = sid
            self.secret = secret
            self.scopes = scopes
        }
    }

    /// What wrong credentials cost the address that they come from.
    public struct WrongCredentials: Sendable, Hashable {
        /// Failures are counted from the first one for so long.
        public var window: Duration = .seconds(60)
        /// So many failures of a window are answered at once.
        public var free = 5
        /// Beyond so many in a window, each is answered 429 at once.
        public var most = 50
        /// The first delay, and the longest one; each is twice the one before.
        public var delayMin: Duration = .milliseconds(250)
        public var delayMax: Duration = .seconds(4)
        /// Answers that may be delayed at a time, from all addresses together; beyond: 429.
        public var delayedMax = 200
        /// Addresses that are remembered; beyond, the oldest is forgotten.
        public var originsMax = 10_000

        public init() {}
    }

    /// What a connection of the realtime feed may ask (docs/realtime.md).
    public struct Realtime: Sendable, Hashable {
        /// Connections of all users together, fewer than the listener's, so that REST is reached beside them; beyond: 503.
        public var connectionsMax = 9_000
        /// Connections of one user; beyond: 429.
        public var connectionsPerUser = 50
        /// Of a message from a client, in bytes; beyond: closed with 1009.
        public var messageBytes = 1 << 16
        /// Frames that are not understood and answered; the next one closes with 1008.
        public var misunderstoodMax = 10
        /// Users that one connection watches.
        public var usersMax = 100
        /// Events, and their bytes, that wait for a client that does not read; beyond: closed with 4408.
        public var backlogEvents = 1000
        public var backlogBytes = 1 << 20
        /// How long the other end may take nothing while something waits for it; beyond: closed with 4408.
        public var writeTime: Duration = .seconds(30)
        /// How long after the upgrade the first `subscribe` or `resume` may take; beyond: closed with 1008.
        public var subscribeTime: Duration = .seconds(10)
        /// After so long without a frame a ping is sent; after the second time without an answer: closed with 4408.
        public var pingTime: Duration = .seconds(30)
        public var pongTime: Duration = .seconds(45)
        /// How long before a token's end a client is told.
        public var tokenNotice: Duration = .seconds(180)
        /// How long the other end may take to answer a close frame; beyond: the connection is cut.
        public var closeTime: Duration = .seconds(2)
        /// Commands of one connection that wait to be carried out; beyond: closed with 1008.
        public var commandsMax = 64
        /// How long others show that somebody types.
        public var typingTime: Duration = .seconds(5)

        public init() {}
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
        public var wrongCredentials = WrongCredentials()
        public var realtime = Realtime()

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
