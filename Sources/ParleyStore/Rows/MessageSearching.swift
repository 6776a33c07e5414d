import ParleyCore

/// Full-text search over messages (SQLite FTS5). The text's index names candidates in the order of their rows; the rows decide.
extension SQLiteTransaction {
    /// Candidates that are looked at in one go.
    private static let candidateChunk = 500

    func messages(matching search: MessageSearch, page request: PageRequest) throws -> Page<Message> {
        let cursor = try request.cursor.map { try PageCursor($0, list: "search", keyCount: 1) }
        guard let match = Self.match(search), try !isDeleted(service: search.service) else { return Page(rows: []) }
        let size = min(max(request.size, 1), SQLiteTransaction.pageMax)
        let isForward = cursor == nil || request.direction == .after
        var bound = cursor.flatMap(\.keys.first) ?? Int64.max
        if cursor?.isInclusive == true { bound += isForward ? (bound < .max ? 1 : 0) : (bound > .min ? -1 : 0) }
        var found: [(id: Int64, message: Message)] = []
        var looked = 0
        var hasMore = true
        // One row more than the page tells whether another page follows.
        while found.count <= size, looked < MessageSearch.candidatesMax, hasMore {
            let candidates = try candidates(match, beyond: bound, isForward: isForward)
            guard let last = candidates.last else {
                hasMore = false
                break
            }
            found += try matches(candidates, search, isForward: isForward)
            (bound, looked) = (last, looked + candidates.count)
            hasMore = candidates.count == Self.candidateChunk
        }
        let reached = found.count > size ? found[size - 1].id : bound
        hasMore = hasMore || found.count > size
        found = Array(found.prefix(size))
        if !isForward { found.reverse() }
        var page = Page(rows: found.map(\.message))
        let onward = hasMore ? try PageCursor(list: "search", keys: [reached]).text() : nil
        // Whoever came by a cursor finds the row of that cursor on the way back.
        let back = try cursor.flatMap { cursor in
            try (isForward ? found.first : found.last).map { try PageCursor(list: "search", keys: [$0.id]).text() }
                ?? PageCursor(list: "search", keys: cursor.keys, isInclusive: !cursor.isInclusive).text()
        }
        (page.next, page.previous) = isForward ? (onward, back) : (back, onward)
        return page
    }

    private func candidates(_ match: String, beyond bound: Int64, isForward: Bool) throws -> [Int64] {
        let (comparison, order) = isForward ? ("<", " DESC") : (">", "")
        return try rows(
            "SELECT rowid FROM message_text WHERE message_text MATCH ?1 AND rowid \(comparison) ?2 ORDER BY rowid\(order) LIMIT ?3",
            [match, bound, Self.candidateChunk]
        ) { try $0.integer() }
    }

    /// Those of the candidates that the search is for.
    private func matches(_ candidates: [Int64], _ search: MessageSearch, isForward: Bool) throws -> [(id: Int64, message: Message)] {
        try rows(
            """
            SELECT id, \(Self.messageColumns) FROM message
            WHERE id IN (SELECT value FROM json_each(?1)) AND deleted IS NULL
                AND (?2 IS NULL OR author_key = ?2) AND (?3 IS NULL OR created >= ?3) AND (?4 IS NULL OR created < ?4)
                AND EXISTS (SELECT 1 FROM conversation WHERE sid = message.conversation AND service = ?5 AND deleted IS NULL)
            ORDER BY id\(isForward ? " DESC" : "")
            """,
            [
                json(candidates), search.author.map(Self.authorKey), search.from?.milliseconds, search.until?.milliseconds,
                search.service.text,
            ]
        ) { fields in (try fields.integer(), try Self.message(&fields)) }
    }

    /// The search as FTS5 reads it: each term a string, in which nothing is syntax. Nil when there is nothing to look for.
    static func match(_ search: MessageSearch) -> String? {
        guard !search.text.terms.isEmpty else { return nil }
        let terms = search.text.terms.map { term in
            "\"\(term.text.replacing("\"", with: "\"\""))\"" + (term.isPrefix ? "*" : "")
        }
        let said = "{body subject} : (\(terms.joined(separator: " ")))"
        return search.conversation.map { "\(said) AND conversation : \"\($0.text)\"" } ?? said
    }

    /// What authors are compared by: the canonical key of a phone number or a mail address, or the name as it is. A short word could be a
    /// sender's name, but is an identity far more often, and identities differ by case.
    static func authorKey(_ author: String) -> String {
        guard author.hasPrefix("+") || author.contains("@") else { return author }
        return (try? Address(author))?.key ?? author
    }
}
