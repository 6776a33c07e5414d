internal import NIOCore
internal import Synchronization

/// The open connections of a listener: their limit, what they hold together, and the end of them all.
final class ConnectionRegistry: Sendable {
    /// Names a connection for as long as it is registered.
    typealias Key = ObjectIdentifier

    enum Admission {
        case admitted(Key)
        /// The limit is reached.
        case full
        /// The listener is stopping.
        case stopping
    }

    private struct State {
        var channels: [Key: any Channel] = [:]
        var isStopping = false
        var emptied: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())
    private let connectionsMax: Int
    private let heldBytes = Atomic(0)
    private let heldBytesMax: Int

    init(connectionsMax: Int, heldBytesMax: Int) {
        self.connectionsMax = connectionsMax
        self.heldBytesMax = heldBytesMax
    }

    func admit(_ channel: any Channel) -> Admission {
        state.withLock { state in
            if state.isStopping { return .stopping }
            if state.channels.count >= connectionsMax { return .full }
            state.channels[Key(channel)] = channel
            return .admitted(Key(channel))
        }
    }

    func remove(_ key: Key) {
        let emptied = state.withLock { state -> EventLoopPromise<Void>? in
            guard state.channels.removeValue(forKey: key) != nil, state.channels.isEmpty else { return nil }
            defer { state.emptied = nil }
            return state.emptied
        }
        emptied?.succeed()
    }

    /// Counts bytes of a message that is being received; false, and nothing counted, when that is too much.
    func hold(_ bytes: Int) -> Bool {
        guard heldBytes.wrappingAdd(bytes, ordering: .relaxed).newValue > heldBytesMax else { return true }
        release(bytes)
        return false
    }

    func release(_ bytes: Int) {
        if bytes > 0 { heldBytes.wrappingSubtract(bytes, ordering: .relaxed) }
    }

    /// Asks every connection to end when it can. The promise is fulfilled when there is none left.
    func stop(emptied: EventLoopPromise<Void>) {
        let channels = state.withLock { state -> [any Channel] in
            state.isStopping = true
            if !state.channels.isEmpty { state.emptied = emptied }
            return Array(state.channels.values)
        }
        if channels.isEmpty { emptied.succeed() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    /// Ends every connection where it stands.
    func cutOff() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }
}
