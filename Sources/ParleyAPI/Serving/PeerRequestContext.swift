public import Hummingbird
public import NIOCore

/// What Hummingbird keeps for a request, with the address of the other end of its connection.
public struct PeerRequestContext: RemoteAddressRequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Nil once the connection is gone.
    public let remoteAddress: SocketAddress?

    public init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
