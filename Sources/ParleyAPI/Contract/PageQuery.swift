import Hummingbird
import ParleyBroker
import ParleyCore

/// Which page of a list is asked for, and the list's envelope (contract: REST §3 `meta`).
///
/// A page is reached by the token in the URLs of another; the token says the direction (`PA` after, `PB` before) and carries the store's cursor. The
/// page's number is only echoed.
struct PageQuery: Sendable {
    let size: Int
    let number: Int
    let token: String?

    static let sizeDefault = 50

    /// - Throws: 400/20007 when the page is too large, 400/20001 when a parameter is none.
    init(_ query: Parameters, sizeMax: Int = 100) throws(Refusal) {
        size = try PageQuery.size(query, max: sizeMax) ?? min(PageQuery.sizeDefault, sizeMax)
        number = try query.integer("Page", 0...Int.max) ?? 0
        token = try query.text("PageToken")
        if let token {
            guard token.hasPrefix("PA") || token.hasPrefix("PB"), token.utf8.count <= 4096 else {
                throw .invalid("PageToken", "was not given by this list")
            }
        } else if number > 0 {
            throw .invalid("PageToken", "missing: pages beyond the first are reached through next_page_url")
        }
    }

    /// How many rows are asked for, nil when that is not said.
    ///
    /// - Throws: 400/20007 when it is too many, 400/20001 when it is no number from 1 on.
    static func size(_ query: Parameters, max: Int) throws(Refusal) -> Int? {
        let size = try query.integer("PageSize", 1...Int.max)
        if let size, size > max {
            throw Refusal(code: 20007, status: 400, message: "Invalid parameter PageSize: page size too large; expected at most \(max)")
        }
        return size
    }

    var request: PageRequest {
        guard let token else { return PageRequest(size: size) }
        return PageRequest(size: size, cursor: String(token.dropFirst(2)), direction: token.hasPrefix("PB") ? .before : .after)
    }

    /// The list's answer.
    ///
    /// - Parameters:
    ///   - url: absolute, without a query.
    ///   - filters: parameters that every page's URL repeats.
    func envelope<Row>(_ key: String, _ page: Page<Row>, url: String, filters: [(String, String?)] = [], _ present: (Row) -> JSON) -> JSON {
        func link(_ number: Int, _ token: String?) -> JSON {
            let all = filters + [("PageSize", String(size)), ("Page", String(number)), ("PageToken", token)]
            let query = all.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }.joined(separator: "&")
            return .string("\(url)?\(query)")
        }
        let following = number == Int.max ? number : number + 1
        return [
            "meta": [
                "page": .integer(number), "page_size": .integer(size), "first_page_url": link(0, nil),
                "previous_page_url": page.previous.map { link(max(number - 1, 0), "PB" + $0) } ?? .null, "url": link(number, token),
                "next_page_url": page.next.map { link(following, "PA" + $0) } ?? .null, "key": .string(key),
            ],
            key: .array(page.rows.map(present)),
        ]
    }
}
