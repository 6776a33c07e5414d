import HTTPTypes
import Hummingbird
import NIOCore
import ParleyBroker
import ParleyCore

/// A conversation as lines of JSON (application/x-ndjson): what it is, who takes part, what was said, and a last line that counts them.
/// An export without its last line was cut off.
struct ExportRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "Conversations/{conversation}/Export", export)] }

    private enum MediaForm: String, CaseIterable { case inline }

    private func export(_ exchange: Exchange) async throws -> Answer {
        let isInline = try exchange.query().word("Media", MediaForm.self) != nil
        let (name, service) = (exchange.conversationName, desk.service(exchange))
        let conversation = try await desk.read(exchange) { try name.find(in: $0, default: service) }
        let export = ConversationExport(
            broker: desk.broker, presentation: desk.presentation(exchange), conversation: conversation, isInline: isInline)
        return Answer(
            status: 200,
            headers: [
                .contentType: "application/x-ndjson",
                .contentDisposition: ContentDisposition.attachment("\(conversation.sid).ndjson"), .cacheControl: "no-store",
            ],
            body: .stream(
                ResponseBody { writer in
                    try await export.write { try await writer.write(ByteBuffer(bytes: $0)) }
                    try await writer.finish(nil)
                }))
    }
}

/// Writes one conversation page by page; no read lasts while something is written.
struct ConversationExport: Sendable {
    let broker: Broker
    let presentation: Presentation
    let conversation: Conversation
    /// True when media up to ``inlineBytesMax`` stand in their lines.
    let isInline: Bool

    /// The form of the lines. An import takes no later one.
    static let format = 1
    /// The longest medium whose bytes stand in a line.
    static let inlineBytesMax = 1 << 20

    private static let pageSize = 100

    func write(_ put: ([UInt8]) async throws -> Void) async throws {
        try await put(line(presentation.exported(conversation)))
        let sid = conversation.sid
        var participants = 0
        try await pages { request in
            try await broker.read { try $0.participants(in: sid, page: request) }
        } each: { page in
            participants += page.rows.count
            try await put(page.rows.flatMap { line(presentation.exported($0)) })
        }
        var messages = 0
        try await pages {
            try await self.messages($0)
        } each: { page in
            messages += page.rows.count
            for entry in page.rows {
                var media: [JSON] = []
                for medium in entry.media { media.append(presentation.exported(medium, content: try await content(of: medium))) }
                try await put(line(presentation.exported(entry.message, media: media, receipts: entry.receipts)))
            }
        }
        try await put(line(["kind": "end", "messages": .integer(messages), "participants": .integer(participants)]))
    }

    private struct Entry: Sendable {
        var message: Message
        var media: [Media]
        var receipts: [Delivery]
    }

    /// The conversation was deleted while it was exported: the lines end without the last one.
    struct Gone: Error {}

    private func messages(_ request: PageRequest) async throws -> Page<Entry> {
        let sid = conversation.sid
        return try await broker.read { transaction in
            guard try transaction.conversation(sid) != nil else { throw Gone() }
            let page = try transaction.messages(in: sid, newestFirst: false, page: request)
            let media = try transaction.media(of: page.rows.map(\.sid))
            let entries = try page.rows.map { message in
                Entry(
                    message: message, media: media[message.sid] ?? [],
                    receipts: message.delivery.total > 0 ? try receipts(of: message.sid, transaction) : [])
            }
            return Page(rows: entries, next: page.next)
        }
    }

    private func receipts(of message: SID, _ transaction: any ReadTransaction) throws -> [Delivery] {
        var request: PageRequest? = PageRequest(size: 200)
        var receipts: [Delivery] = []
        while let next = request {
            let page = try transaction.deliveries(of: message, page: next)
            receipts += page.rows.filter { $0.status != nil }
            request = page.next.map { PageRequest(size: 200, cursor: $0) }
        }
        return receipts
    }

    private func pages<Row>(_ read: (PageRequest) async throws -> Page<Row>, each: (Page<Row>) async throws -> Void) async throws {
        var request: PageRequest? = PageRequest(size: Self.pageSize)
        while let next = request {
            let page = try await read(next)
            try await each(page)
            request = page.next.map { PageRequest(size: Self.pageSize, cursor: $0) }
        }
    }

    private func content(of medium: Media) async throws -> [UInt8]? {
        guard isInline, medium.size <= Self.inlineBytesMax else { return nil }
        let (store, key) = (broker.media, medium.key)
        return try await Blocking.run { try store.size(of: key) == nil ? nil : store.read(key) }
    }

    private func line(_ value: JSON) -> [UInt8] { value.bytes + [0x0A] }
}
