import Hummingbird
import ParleyBroker
import ParleyCore

/// Delivery receipts of a message: list, fetch. A delivery is a receipt once it has a status.
struct ReceiptRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        let all = "Conversations/{conversation}/Messages/{message}/Receipts"
        return [Route(.get, all, list), Route(.get, all + "/{receipt}", fetch)].map(\.openedToTokens)
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try PageQuery(exchange.query(), sizeMax: 50)
        let (name, sid) = (exchange.conversationName, try exchange.sid("message", .message))
        let service = desk.service(exchange)
        let origin = try exchange.origin()
        let (found, rows) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            guard try transaction.message(sid, in: found.sid) != nil else { throw Refusal.notFound("/Messages/\(sid)") }
            return (found, try receipts(of: sid, page.request, transaction))
        }
        let presentation = desk.presentation(exchange)
        return .json(
            page.envelope("delivery_receipts", rows, url: presentation.url(found.sid) + "/Messages/\(sid)/Receipts") {
                presentation.receipt($0.delivery, parts: $0.parts)
            })
    }

    private typealias Receipt = (delivery: Delivery, parts: [DeliveryPart])

    /// A page of receipts. Deliveries without a status are passed over, so that a page is filled from as many of the store's as it takes.
    private func receipts(of message: SID, _ request: PageRequest, _ transaction: any ReadTransaction) throws -> Page<Receipt> {
        var request = request
        let size = request.size
        var page = Page<Receipt>(rows: [])
        var isFirst = true
        while true {
            let next = try transaction.deliveries(of: message, page: request)
            let rows = try next.rows.filter { $0.status != nil }.map { ($0, try transaction.parts(of: $0.sid)) }
            let further: String?
            switch request.direction {
            case .after:
                page.rows += rows
                page.next = next.next
                if isFirst { page.previous = next.previous }
                further = next.next
            case .before:
                page.rows = rows + page.rows
                page.previous = next.previous
                if isFirst { page.next = next.next }
                further = next.previous
            }
            isFirst = false
            guard page.rows.count < size, let further, !next.rows.isEmpty else { return page }
            request.cursor = further
            request.size = size - page.rows.count
        }
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let name = exchange.conversationName
        let (message, sid) = (try exchange.sid("message", .message), try exchange.sid("receipt", .delivery))
        let service = desk.service(exchange)
        let origin = try exchange.origin()
        let (delivery, parts) = try await desk.read(exchange) { transaction in
            let found = try name.find(in: transaction, default: service)
            try Permissions.mayRead(found, transaction, origin)
            guard try transaction.message(message, in: found.sid) != nil, let delivery = try transaction.delivery(sid),
                delivery.message == message, delivery.status != nil
            else { throw Refusal.notFound("/Receipts/\(sid)") }
            return (delivery, try transaction.parts(of: sid))
        }
        return .json(desk.presentation(exchange).receipt(delivery, parts: parts))
    }
}
