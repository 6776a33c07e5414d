import GRDB
import ParleyCore

/// One list of rows that can be read in pages, by keyset: where a page starts is a key in an index, never an offset.
struct Listing<Element: Sendable> {
    /// Names the list in its cursors.
    let name: String
    let table: String
    /// The columns the list is ordered by, all integers, unique together.
    let keys: [String]
    let columns: String
    let decode: (inout Fields) throws -> Element
    var isDescending = false
    private(set) var conditions: [String] = []
    private(set) var arguments: [SQLiteTransaction.Argument] = []

    init(_ name: String, table: String, keys: [String], columns: String, decode: @escaping (inout Fields) throws -> Element) {
        self.name = name
        self.table = table
        self.keys = keys
        self.columns = columns
        self.decode = decode
    }

    /// Narrows the list. `condition` has one `?` for each argument.
    mutating func filter(_ condition: String, _ arguments: SQLiteTransaction.Argument...) {
        conditions.append(condition)
        self.arguments += arguments
    }

    /// The rows on one side of a cursor, nearest first.
    fileprivate func query(_ side: Side, _ selected: String) -> (sql: String, arguments: [SQLiteTransaction.Argument]) {
        var conditions = conditions
        var arguments = arguments
        let ascends = side.isForward != isDescending
        if let cursor = side.cursor {
            let comparison = (ascends ? ">" : "<") + (cursor.isInclusive ? "=" : "")
            let columns = keys.joined(separator: ", ")
            let marks = keys.map { _ in "?" }.joined(separator: ", ")
            conditions.append(keys.count == 1 ? "\(columns) \(comparison) ?" : "(\(columns)) \(comparison) (\(marks))")
            arguments += cursor.keys.map { $0 as SQLiteTransaction.Argument }
        }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let order = keys.map { $0 + (ascends ? "" : " DESC") }.joined(separator: ", ")
        return ("SELECT \(selected) FROM \(table)\(filter) ORDER BY \(order) LIMIT ?", arguments)
    }

    fileprivate struct Side {
        var isForward: Bool
        var cursor: PageCursor?
    }

    fileprivate typealias Entry = (keys: [Int64], row: Element)
}

extension SQLiteTransaction {
    /// The most rows of one page, whatever is asked for.
    static let pageMax = 10_000

    /// One page of a list.
    ///
    /// - Throws: ``InvalidCursor``.
    func page<Element>(_ listing: Listing<Element>, _ request: PageRequest) throws -> Page<Element> {
        try page(merging: [listing], like: listing, request)
    }

    /// One page of a list that is several lists of the same keys, each on its own index, merged. `template` gives the name and the order.
    func page<Element>(merging listings: [Listing<Element>], like template: Listing<Element>, _ request: PageRequest) throws -> Page<
        Element
    > {
        let size = min(max(request.size, 1), SQLiteTransaction.pageMax)
        let cursor = try request.cursor.map { try PageCursor($0, list: template.name, keyCount: template.keys.count) }
        // Without a cursor it is the first page, whatever the direction.
        let isForward = cursor == nil || request.direction == .after
        var entries = try entries(listings, template, .init(isForward: isForward, cursor: cursor), limit: size + 1)
        let hasMore = entries.count > size
        if hasMore { entries.removeLast() }
        if !isForward { entries.reverse() }

        var page = Page(rows: entries.map(\.row))
        guard let first = entries.first?.keys, let last = entries.last?.keys else {
            // Beyond an end: the way back includes the row of the cursor itself.
            guard let cursor else { return page }
            let back = PageCursor(list: template.name, keys: cursor.keys, isInclusive: !cursor.isInclusive)
            let exists = try hasEntries(listings, .init(isForward: !isForward, cursor: back))
            if isForward { page.previous = exists ? try back.text() : nil } else { page.next = exists ? try back.text() : nil }
            return page
        }
        let before = PageCursor(list: template.name, keys: first)
        let after = PageCursor(list: template.name, keys: last)
        let precedes = isForward ? try cursor != nil && hasEntries(listings, .init(isForward: false, cursor: before)) : hasMore
        let follows = isForward ? hasMore : try hasEntries(listings, .init(isForward: true, cursor: after))
        page.previous = precedes ? try before.text() : nil
        page.next = follows ? try after.text() : nil
        return page
    }

    private func entries<Element>(
        _ listings: [Listing<Element>], _ template: Listing<Element>, _ side: Listing<Element>.Side, limit: Int
    ) throws -> [Listing<Element>.Entry] {
        var all: [Listing<Element>.Entry] = []
        for listing in listings {
            let query = listing.query(side, (listing.keys + [listing.columns]).joined(separator: ", "))
            all += try rows(query.sql, query.arguments + [limit]) { fields in
                (try listing.keys.map { _ in try fields.integer() }, try listing.decode(&fields))
            }
        }
        guard listings.count > 1 else { return all }
        let ascends = side.isForward != template.isDescending
        all.sort { ascends ? $0.keys.lexicographicallyPrecedes($1.keys) : $1.keys.lexicographicallyPrecedes($0.keys) }
        return Array(all.prefix(limit))
    }

    private func hasEntries<Element>(_ listings: [Listing<Element>], _ side: Listing<Element>.Side) throws -> Bool {
        try listings.contains { listing in
            let query = listing.query(side, "1")
            return try exists(query.sql, query.arguments + [1])
        }
    }
}
