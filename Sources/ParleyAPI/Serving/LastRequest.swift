import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Behind the last request of a connection nothing is kept of what still comes.
///
/// swift-nio's parser stops behind a request that asks for another protocol (`Upgrade`, `CONNECT`) and keeps every further byte for that
/// protocol's sake, without a bound: whoever sends on after such a request fills the memory of a server that upgrades nothing. Here the
/// `Upgrade` is ignored (RFC 9110 §7.8), the answer says that the connection ends, and what follows is read and dropped, so that the end
/// of the connection is still seen.
final class LastRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let drain = Drain()
    private var isLast = false

    func handlerAdded(context: ChannelHandlerContext) {
        do { try context.pipeline.syncOperations.addHandler(drain, position: .first) } catch { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            let asked = head.headerFields[values: .connection].flatMap { $0.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" } }
            let stops = head.method == .connect || head.headerFields[.upgrade] != nil && asked.contains("upgrade")
            isLast = stops || asked.contains("close")
            guard stops else { return context.fireChannelRead(data) }
            head.headerFields[.upgrade] = nil
            head.headerFields[.connection] = "close"
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body: context.fireChannelRead(data)
        case .end:
            if isLast { drain.isOpen = true }
            context.fireChannelRead(data)
        }
    }

    /// Before the parser: drops what comes once it is open.
    private final class Drain: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer

        var isOpen = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !isOpen { context.fireChannelRead(data) }
        }
    }
}
