import Hummingbird
import ParleyBroker
import ParleyCore

/// Full-text search over the messages of a service. The contract has none; the answer has the form of its lists.
struct SearchRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "Messages/Search", search)] }

    private func search(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let page = try PageQuery(query)
        let text = try query.text("Query") ?? ""
        guard !text.allSatisfy(\.isWhitespace) else { throw Refusal.invalid("Query", "expected the words to look for") }
        guard text.unicodeScalars.count <= SearchText.lengthMax else {
            throw Refusal.invalid("Query", "longer than \(SearchText.lengthMax) characters")
        }
        let name = try query.text("ConversationSid")
        let author = try query.name("Author", charactersMax: desk.broker.rules.limits.nameCharacters)
        let service = desk.service(exchange)
        var wanted = MessageSearch(service: service, text: SearchText(text), author: author)
        wanted.from = try query.bound("StartDate", end: false)
        wanted.until = try query.bound("EndDate", end: true)
        let (rows, media) = try await desk.read(exchange) { [wanted] transaction in
            var search = wanted
            search.conversation = try name.map { try conversation($0, in: service, transaction) }
            let rows = try transaction.messages(matching: search, page: page.request)
            return (rows, try transaction.media(of: rows.rows.map(\.sid)))
        }
        let presentation = desk.presentation(exchange)
        let filters = [
            ("Query", text), ("ConversationSid", name), ("Author", author), ("StartDate", try query.text("StartDate")),
            ("EndDate", try query.text("EndDate")),
        ]
        return .json(
            page.envelope("messages", rows, url: presentation.url("/Messages/Search"), filters: filters) {
                presentation.message($0, media: media[$0.sid] ?? [])
            })
    }

    private func conversation(_ name: String, in service: SID, _ transaction: any ReadTransaction) throws -> SID {
        do {
            return try ConversationName(name, in: service).find(in: transaction, default: service).sid
        } catch let refusal as Refusal where refusal.code == 20404 {
            throw Refusal.invalid("ConversationSid", "expected the SID or the unique name of a conversation of this service")
        }
    }
}
