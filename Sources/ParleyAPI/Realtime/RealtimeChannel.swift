import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import ParleyCore
import ServiceLifecycle

/// A connection of the API's listener: HTTP/1.1, and the realtime feed where the first request asks for it.
struct RealtimeChannel: ServerChildChannel, HTTPChannelHandler {
    let responder: Responder
    let site: RealtimeSite
    let bounds: APIConfiguration.Bounds

    struct Value: ServerChildChannelValue {
        let channel: any NIOCore.Channel
        fileprivate let kind: EventLoopFuture<RealtimeUpgrade.Kind>
    }

    func setup(channel: any NIOCore.Channel, logger: Logger) -> EventLoopFuture<Value> {
        let kind = channel.eventLoop.makePromise(of: RealtimeUpgrade.Kind.self)
        return channel.eventLoop.makeCompletedFuture {
            do {
                try RealtimeUpgrade(bounds: bounds, logger: logger, kind: kind).start(channel)
            } catch {
                kind.fail(error)
                throw error
            }
            return Value(channel: channel, kind: kind.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        switch await opening(value) {
        case .http(let http): await handleHTTP(asyncChannel: http, logger: logger)
        case .session(let session): await run(session, value.channel)
        case nil: value.channel.close(promise: nil)
        }
    }

    /// What a connection has become.
    private enum Opened: Sendable {
        case http(RealtimeUpgrade.HTTP)
        case session(RealtimeSession)
    }

    /// Opens it in a task of its own, whose room goes with it (``RealtimeSession/begin()``).
    private func opening(_ value: Value) async -> Opened? {
        async let opened = opened(value)
        return await opened
    }

    private func opened(_ value: Value) async -> Opened? {
        let channel = value.channel
        return await withTaskCancellationHandler {
            // It fails when the other end goes before it has asked for anything.
            switch try? await value.kind.get() {
            case .http(let http): .http(http)
            case .handshake(let upgrade): await session(upgrade, channel).map { .session($0) }
            case nil: nil
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// - Returns: nil when it was refused, or the other end has gone.
    private func session(_ upgrade: NIOLoopBound<RealtimeUpgrade>, _ channel: any NIOCore.Channel) async -> RealtimeSession? {
        do {
            guard let handshake = try await channel.eventLoop.submit({ upgrade.value.handshake }).get() else { return nil }
            let grant = try await admit(handshake, channel)
            guard var session = try await accept(upgrade, channel, grant) else { return nil }
            log(101)
            // Whoever came while the gateway was about to stop was told nothing of it yet.
            if Task.isShuttingDownGracefully { session.line.with { $0.close(.stopping) } }
            await session.begin()
            return session
        } catch let refused as RealtimeRefusal {
            log(refused.refusal.status)
            let answer = Answer.refusal(refused.refusal, headers: refused.headers)
            channel.eventLoop.execute { upgrade.value.refuse(answer) }
            try? await channel.closeFuture.get()
        } catch {
            channel.close(promise: nil)
        }
        return nil
    }

    private func run(_ session: RealtimeSession, _ channel: any NIOCore.Channel) async {
        await withTaskCancellationHandler {
            var session = session
            await session.run()
            try? await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        await log(session.line, ContinuousClock.now - session.start)
    }

    /// Who connects, counted as one of the user's connections until the channel is closed.
    private func admit(_ handshake: RealtimeHandshake, _ channel: any NIOCore.Channel) async throws -> RealtimeGrant {
        let grant = try await site.grant(handshake.fields, channel.remoteAddress)
        try site.quota.take(grant.user)
        channel.closeFuture.whenComplete { [site] _ in site.quota.giveBack(grant.user) }
        return grant
    }

    /// - Returns: nil when the other end has gone.
    private func accept(
        _ upgrade: NIOLoopBound<RealtimeUpgrade>, _ channel: any NIOCore.Channel, _ grant: RealtimeGrant
    ) async throws -> RealtimeSession? {
        let (commands, continuation) = AsyncStream.makeStream(
            of: RealtimeCommand.self, bufferingPolicy: .bufferingOldest(site.bounds.commandsMax))
        let line = try await channel.eventLoop.flatSubmit { [site] () -> EventLoopFuture<RealtimeLine?> in
            let connection = RealtimeConnection(site.bounds, commands: continuation)
            let line = RealtimeLine(connection, on: channel.eventLoop)
            guard let accepted = upgrade.value.accept(connection) else { return channel.eventLoop.makeSucceededFuture(nil) }
            return accepted.map { line }
        }.get()
        return line.map { RealtimeSession(site: site, line: $0, commands: commands, address: channel.remoteAddress, grant: grant) }
    }

    private func log(_ status: Int) {
        site.logger.info(
            "request", metadata: ["listener": "api", "method": "GET", "route": "\(RealtimeHandshake.path)", "status": "\(status)"])
    }

    /// One line at the end of a connection. It names nobody.
    private func log(_ line: RealtimeLine, _ time: Duration) async {
        guard let (known, tally) = await line.ending() else { return }
        let end = known ?? .left
        site.logger.log(
            level: end.isSlowness ? .warning : .info, "a realtime connection ended",
            metadata: [
                "reason": "\(end.reason)", "code": "\(end.code.map { "\($0)" } ?? "-")", "seconds": "\(time.components.seconds)",
                "events": "\(tally.events)", "messages": "\(tally.messages)",
            ])
    }
}
