import ParleyCore

/// A page of an operator's list: `limit` and `cursor` in, `next_cursor` out.
struct OperatorPage: Sendable {
    let request: PageRequest

    init(_ query: Parameters) throws(Refusal) {
        request = PageRequest(size: try query.integer("limit", 1...500) ?? 50, cursor: try query.text("cursor"))
    }

    /// - Throws: 400 with the parameter's name when the cursor is none of this list's.
    func read<Row>(_ body: (PageRequest) throws -> Page<Row>) throws -> Page<Row> {
        do { return try body(request) } catch is InvalidCursor { throw Refusal.invalid("cursor", "was not given by this list") }
    }
}
