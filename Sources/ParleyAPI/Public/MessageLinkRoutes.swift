import HTTPTypes
import Hummingbird
import ParleyBroker
import ParleyCore

/// Signed, expiring links under which people outside read the whole of a text that was cut for them. Whatever is wrong with a link, there is
/// nothing there.
struct MessageLinkRoutes: Sendable {
    let broker: Broker

    var routes: [Route] { [Route(.get, "messages/{message}", content)] }

    private func content(_ exchange: Exchange) async throws -> Answer {
        guard let (sid, expires) = link(exchange) else { throw Refusal.notFound("/messages") }
        let found = try await broker.read { transaction -> (message: Message, media: [Media])? in
            guard let message = try transaction.message(sid) else { return nil }
            return (message, try transaction.media(of: [sid])[sid] ?? [])
        }
        guard let found else { throw Refusal.notFound("/messages") }
        let text = ([found.message.body].compactMap(\.self) + found.media.map { line($0, expires) }).joined(separator: "\n")
        guard !text.isEmpty else { throw Refusal.notFound("/messages") }
        return Answer(
            status: 200,
            headers: [
                .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
            ], body: .bytes(Array(text.utf8)))
    }

    /// What the link is to and until when it is good; nil when it is none of ours, or no longer.
    private func link(_ exchange: Exchange) -> (message: SID, expires: Instant)? {
        guard let sid = try? exchange.sid("message", .message), let query = try? exchange.query(),
            let expires = (try? query.text("expires")).flatMap({ Int64($0) }), let signature = try? query.text("signature"),
            broker.rules.installation.links.verifies(
                message: sid, expires: expires, signature: signature, now: broker.source.stamp().now)
        else { return nil }
        return (sid, Instant(seconds: expires))
    }

    /// As in a text that has links to its media; good as long as the page is.
    private func line(_ media: Media, _ expires: Instant) -> String {
        let link = broker.rules.publicURL + broker.rules.installation.links.path(of: media.sid, expires: expires)
        return [media.filename, link].compactMap(\.self).joined(separator: ": ")
    }
}
