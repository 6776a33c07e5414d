import Hummingbird
import ParleyBroker
import ParleyCore

/// Signed, expiring links under which people outside fetch media.
struct MediaLinkRoutes: Sendable {
    let broker: Broker

    var routes: [Route] { [Route(.get, "media/{media}", content)] }

    private func content(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("media", .media)
        let query = try exchange.query()
        guard let expires = try query.text("expires").flatMap({ Int64($0) }), let signature = try query.text("signature"),
            broker.rules.installation.links.verifies(sid, expires: expires, signature: signature, now: broker.source.stamp().now)
        else { throw Refusal.forbidden }
        guard let media = try await broker.read({ try $0.media(sid) }) else { throw Refusal.notFound("/media") }
        return try await MediaContent(media: media, store: broker.media).answer(to: exchange.request.headers)
    }
}
