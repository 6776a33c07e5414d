extension ConversationsClient {
    /// What a client may be told about times and limits.
    public struct Options: Sendable, Hashable {
        /// How long one request over REST may take, its answer included.
        public var requestTime: Duration = .seconds(30)
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
