import ParleyCore
import ParleySimulation
import ParleyStore
import Synchronization
import Testing

/// No statement walks a table that grows: each that the contract makes the store run is planned over an index.
@Suite struct QueryPlanTests {
    /// Tables that have a row for each adapter.
    private static let small = ["adapter_pause"]

    @Test func everyStatementUsesAnIndex() async throws {
        let seen = Statements()
        for (_, run) in StoreContract.cases {
            let store = try SQLiteStore.inMemory { seen.insert($0) }
            try await run(store)
        }
        let statements = seen.all
        #expect(statements.count > 70)
        let planner = try SQLiteStore.inMemory()
        for sql in statements {
            let plan = try planner.plan(of: sql)
            for step in plan where Self.isWalk(step) && !Self.isHead(plan, sql) {
                Issue.record("\(step) in: \(sql)")
            }
        }
    }

    /// A person's lists and limits are one range of an index that has their rows and no others.
    @Test(arguments: [
        ("participant_of_identity", "service = 's' AND identity = 'i' AND standing <> 'gone' AND id > 3 ORDER BY id LIMIT 9"),
        ("participant_of_identity", "service = 's' AND identity = 'i' AND standing <> 'gone' AND id <= 3 ORDER BY id LIMIT 9"),
        ("participant_of_address", "service = 's' AND address_key = 'k' AND standing <> 'gone' ORDER BY id DESC LIMIT 9"),
        ("participant_open", "service = 's' AND identity = 'i' AND standing = 'open' LIMIT 9"),
    ])
    func aPersonsConversationsAreARange(_ index: String, _ condition: String) throws {
        let plan = try SQLiteStore.inMemory().plan(of: "SELECT sid FROM participant WHERE \(condition)")
        #expect(plan.count == 1 && plan.allSatisfy { $0.hasPrefix("SEARCH participant USING INDEX \(index) (service=? AND ") }, "\(plan)")
    }

    @Test func aWalkIsRecognised() throws {
        let planner = try SQLiteStore.inMemory()
        #expect(try planner.plan(of: "SELECT * FROM delivery WHERE payload = 'x'").contains(where: Self.isWalk))
        #expect(try planner.plan(of: "SELECT * FROM message ORDER BY created LIMIT 1").contains(where: Self.isWalk))
        #expect(try !planner.plan(of: "SELECT * FROM message WHERE sid = 'x'").contains(where: Self.isWalk))
        #expect(try planner.plan(of: "SELECT rowid FROM message_text").contains(where: Self.isWalk))
        #expect(try planner.plan(of: "SELECT rowid FROM message_text WHERE body = 'x'").contains(where: Self.isWalk))
        #expect(try !planner.plan(of: "SELECT rowid FROM message_text WHERE message_text MATCH 'x'").contains(where: Self.isWalk))
    }

    /// The first rows of a table in the order of its row numbers, which SQLite calls a walk as well.
    private static func isHead(_ plan: [String], _ sql: String) -> Bool {
        plan.count == 1 && sql.contains(" ORDER BY ") && sql.contains(" LIMIT ") && !sql.contains(" WHERE ")
    }

    /// A walk over all rows of a table that is not taken from an index.
    private static func isWalk(_ step: String) -> Bool {
        guard step.hasPrefix("SCAN ") else { return false }
        let subject = step.dropFirst(5).prefix { $0 != " " }
        // FTS5 names what narrows it: a match (M) or a row's number (= < >). A table made of a value, such as json_each, is no longer than it.
        if subject == "message_text" { return step.wholeMatch(of: /SCAN \w+ VIRTUAL TABLE INDEX \d+:[^M=<>]*/) != nil }
        // The rows that a subquery gives are as many as its own steps let through.
        if subject.hasPrefix("(subquery-") { return false }
        if step.contains("VIRTUAL TABLE") || subject == "CONSTANT" || small.contains(String(subject)) { return false }
        return !step.contains(" USING ")
    }
}

private final class Statements: Sendable {
    private let seen = Mutex<Set<String>>([])

    var all: [String] { seen.withLock { $0.sorted() } }

    func insert(_ sql: String) { seen.withLock { _ = $0.insert(sql) } }
}
