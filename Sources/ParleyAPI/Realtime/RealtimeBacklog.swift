import NIOCore

/// What waits for a client that does not read, up to a bound.
struct RealtimeBacklog {
    private let eventsMax: Int
    private let bytesMax: Int
    /// The next one first. None as long as nothing waits, so that an idle connection holds no room for it.
    private var frames: CircularBuffer<ByteBuffer>?
    private var bytes = 0
    /// The answer to the client's latest ping: earlier ones need none (RFC 6455 §5.5.3).
    var pong: ByteBuffer?
    /// Those who wait until nothing waits any more.
    private var waiting: [EventLoopPromise<Void>] = []

    init(_ bounds: APIConfiguration.Realtime) {
        eventsMax = bounds.backlogEvents
        bytesMax = bounds.backlogBytes
    }

    var isEmpty: Bool { frames == nil }

    /// False when there is no room for the frame.
    mutating func append(_ frame: ByteBuffer) -> Bool {
        var frames = frames.take() ?? CircularBuffer(initialCapacity: 16)
        defer { self.frames = frames }
        guard frames.count < eventsMax, bytes + frame.readableBytes <= bytesMax else { return false }
        frames.append(frame)
        bytes += frame.readableBytes
        return true
    }

    mutating func next() -> ByteBuffer? {
        guard let frame = frames?.popFirst() else { return nil }
        bytes -= frame.readableBytes
        if frames?.isEmpty ?? true { frames = nil }
        return frame
    }

    mutating func wait(_ promise: EventLoopPromise<Void>) { waiting.append(promise) }

    /// Tells those who wait that nothing does.
    mutating func drained() {
        let promises = waiting
        waiting = []
        for promise in promises { promise.succeed() }
    }

    mutating func clear() {
        frames = nil
        bytes = 0
        pong = nil
        let promises = waiting
        waiting = []
        for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
    }
}
