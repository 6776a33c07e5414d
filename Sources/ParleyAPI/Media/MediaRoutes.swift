import HTTPTypes
import Hummingbird
import ParleyBroker
import ParleyCore

/// Media of a service (contract: semantics §12): upload of raw bytes, the record, the bytes. `multipart/form-data` is not taken.
struct MediaRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [Route(.post, "Media", upload), Route(.get, "Media/{media}", fetch), Route(.get, "Media/{media}/Content", content)]
            .map(\.openedToTokens)
    }

    /// The author that stands in media which no chat user uploaded.
    private static let author = "system"

    private func upload(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let type = try contentType(exchange.request.headers[.contentType])
        let filename = try filename(query.text("Filename"))
        let category = try query.word("Category", Media.Category.self) ?? .media
        // Refused before the bytes come, not after.
        _ = try IdempotentRequest.key(in: exchange.request.headers)
        let limit = desk.broker.rules.limits.mediaBytes
        let received = try await MediaUpload(store: desk.broker.media).receive(
            exchange.chunks(max: limit, otherwise: .mediaTooLarge(limit)))
        let fact = RegisterMedia(
            in: exchange.mount.service, key: received.key, contentType: type, size: received.size, filename: filename, category: category,
            author: MediaRoutes.author)
        let presentation = desk.presentation(exchange)
        let now = desk.broker.source.stamp().now
        return try await desk.post(fact, exchange, body: Array("\(received.key.rawValue) \(type)".utf8), status: 201) { media, _ in
            presentation.media(media, conversation: nil, now: now)
        }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("media", .media)
        let service = desk.service(exchange)
        let origin = try exchange.origin()
        let (media, conversation) = try await desk.read(exchange) { transaction in
            guard let media = try transaction.media(sid), media.service == service else { throw Refusal.notFound("/Media/\(sid)") }
            try Permissions.mayRead(media, transaction, origin)
            return (media, try media.message.flatMap { try transaction.message($0) }?.conversation)
        }
        return .json(desk.presentation(exchange).media(media, conversation: conversation, now: desk.broker.source.stamp().now))
    }

    private func content(_ exchange: Exchange) async throws -> Answer {
        let sid = try exchange.sid("media", .media)
        let (service, origin) = (desk.service(exchange), try exchange.origin())
        let media = try await desk.read(exchange) { transaction in
            guard let media = try transaction.media(sid), media.service == service else { throw Refusal.notFound("/Media/\(sid)") }
            try Permissions.mayRead(media, transaction, origin)
            return media
        }
        return try await MediaContent(media: media, store: desk.broker.media).answer(to: exchange.request.headers)
    }

    /// A media type as RFC 9110 §8.3 writes it, kept as given.
    private func contentType(_ text: String?) throws -> String {
        guard let text else { return "application/octet-stream" }
        let refusal = Refusal.invalid("Content-Type", "expected a media type such as image/png")
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw refusal }
        let type = text.prefix { $0 != ";" && $0 != " " }
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(MediaRoutes.isTokenByte) }) else { throw refusal }
        guard parts[0].lowercased() != "multipart" else {
            throw Refusal.invalid("Content-Type", "multipart bodies are not taken; send the medium's bytes as the body")
        }
        return text
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private func filename(_ text: String?) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        let limit = desk.broker.rules.limits.nameCharacters
        guard text.count <= limit, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Refusal.invalid("Filename", "expected at most \(limit) characters without control characters")
        }
        return text
    }
}

extension Refusal {
    static func mediaTooLarge(_ limit: Int) -> Refusal {
        Refusal(code: 50512, status: 413, message: "The medium is longer than \(limit) bytes")
    }
}
