import NIOSSL

extension ConversationsClient {
    /// What a client may be told about times and limits.
    public struct Options: Sendable, Hashable {
        /// How long one request over REST may take, its answer included.
        public var requestTime: Duration = .seconds(30)
        /// The same for a request that sends or fetches a medium.
        public var mediaTime: Duration = .seconds(600)
        /// A file in PEM form with the authorities that the gateway's certificate is verified by, such as one's own; nil: the system's.
        public var certificateAuthorities: String?
        /// How long making a connection may take.
        public var connectTime: Duration = .seconds(10)
        /// The shortest and the longest wait before the realtime connection is made anew.
        public var reconnectDelay: ClosedRange<Duration> = .milliseconds(100) ... .seconds(15)
        /// How many times a request is tried when the connection breaks before its answer, or the gateway asks to come again.
        public var triesMax = 3
        /// The longest wait before another try that the gateway may ask for; beyond, the call is refused.
        public var retryDelayMax: Duration = .seconds(10)
        /// How long an answer over REST may be, in bytes.
        public var answerBytesMax = 16 * 1024 * 1024
        /// How long a medium that is fetched may be, in bytes.
        public var mediaBytesMax = 150 * 1024 * 1024
        /// How many events a sequence holds for a reader who does not take them.
        public var eventsMax = 10_000
        /// One report of typing is sent per conversation in this time.
        public var typingWindow: Duration = .seconds(5)

        public init() {}
    }
}

extension ConversationsClient.Options {
    /// How the gateway is verified: always, and by name.
    var tlsConfiguration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let certificateAuthorities { configuration.trustRoots = .file(certificateAuthorities) }
        return configuration
    }
}
