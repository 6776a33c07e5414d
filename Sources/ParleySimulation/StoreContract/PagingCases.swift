import ParleyCore

/// Lists in pages: forward, back, while rows are added, and with cursors that are none.
extension StoreContract {
    typealias List = @Sendable (any ReadTransaction, PageRequest) throws -> Page<Int>

    /// Walks a list to its end and back. What is read on the way must be the same rows.
    static func walk(_ scene: StoreScene, _ name: String, _ expected: [Int], _ list: @escaping List) async throws {
        var forward: [[Int]] = []
        var request = PageRequest(size: 3)
        var page = try await scene.read { [request] in try list($0, request) }
        try require("\(name): nothing precedes the first page", page.previous, is: nil)
        while true {
            forward.append(page.rows)
            guard let next = page.next else { break }
            request = PageRequest(size: 3, cursor: next)
            page = try await scene.read { [request] in try list($0, request) }
        }
        try require("\(name): all rows, once, in order", forward.flatMap { $0 }, is: expected)
        try require("\(name): full pages", forward.dropLast().allSatisfy { $0.count == 3 })
        var back = [page.rows]
        while let previous = page.previous {
            request = PageRequest(size: 3, cursor: previous, direction: .before)
            page = try await scene.read { [request] in try list($0, request) }
            back.append(page.rows)
            try require("\(name): a page before another is followed by it", page.next != nil)
        }
        try require("\(name): the same pages backwards", Array(back.reversed()), is: forward)
        let garbage = ["", "x", "AAAA", "bnVsbA", "WyJ4IiwwLDFd", "\u{0}", String(repeating: "W", count: 5000)]
        for cursor in garbage {
            for direction in [PageRequest.Direction.after, .before] {
                try await require("\(name): a cursor that is none is refused", refusal: InvalidCursor()) {
                    try await scene.read { try list($0, PageRequest(size: 3, cursor: cursor, direction: direction)) }
                }
            }
        }
        for size in [0, -1, Int.min, Int.max] {
            _ = try await scene.read { try list($0, PageRequest(size: size)) }
        }
    }

    private static func number(_ sid: SID) -> Int { Int(truncatingIfNeeded: sid.bits.low) }

    static let pagingCases: [Case] = [
        (
            "every list is read forward and back in pages",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    for number in 1...10 {
                        var row = StoreScene.conversation(number, created: StoreScene.at(Int64(number / 3)))
                        row.state = number.isMultiple(of: 2) ? .active : .inactive
                        try transaction.insert(row)
                        try transaction.insert(StoreScene.member(number, in: 1, identity: "m\(number)"))
                        _ = try transaction.insert(StoreScene.inbound("\(number)", verdict: number.isMultiple(of: 2) ? .held : .ignored))
                    }
                }
                for number in 1...10 {
                    let (proxy, adapter) = number.isMultiple(of: 3) ? ("desk@our.example", "mail") : ("+15550000001", "sms-a")
                    let address = number.isMultiple(of: 3) ? "p\(number)@people.example" : "+1555000001\(number)"
                    let person = try StoreScene.person(100 + number, in: 2, proxy: proxy, address: address, adapter: adapter)
                    try await scene.write { try $0.insert(person) }
                    try await scene.append(number, to: 1)
                }
                try await scene.append(50, to: 2)
                let (first, second) = (StoreScene.sid(.conversation, 1), StoreScene.sid(.conversation, 2))
                let people = Array(101...110)
                for (index, phase) in [Delivery.Phase.held, .deferred, .awaiting].enumerated() {
                    try await scene.change(StoreScene.delivery(50, people[index]), to: phase, order: nil)
                }
                let all = ConversationFilter(service: StoreScene.service)
                try await walk(scene, "conversations", Array(1...10)) { try $0.conversations(all, page: $1).map { number($0.sid) } }
                var even = all
                even.state = .active
                try await walk(scene, "conversations by state", [2, 4, 6, 8, 10]) { [even] in
                    try $0.conversations(even, page: $1).map { number($0.sid) }
                }
                var dated = all
                (dated.from, dated.until) = (StoreScene.at(1), StoreScene.at(3))
                try await walk(scene, "conversations by date", [8, 7, 6, 5, 4, 3]) { [dated] in
                    try $0.conversations(dated, page: $1).map { number($0.sid) }
                }
                try await walk(scene, "participants", Array(1...10)) { try $0.participants(in: first, page: $1).map { number($0.sid) } }
                try await walk(scene, "messages", Array(0..<10)) { try $0.messages(in: first, newestFirst: false, page: $1).map(\.index) }
                try await walk(scene, "newest messages", (0..<10).reversed()) {
                    try $0.messages(in: first, newestFirst: true, page: $1).map(\.index)
                }
                try await walk(scene, "deliveries", people) {
                    try $0.deliveries(of: StoreScene.sid(.message, 50), page: $1).map { number($0.participant) }
                }
                try await walk(scene, "the queue", people) { try $0.queue(QueueFilter(), page: $1).map { number($0.participant) } }
                try await walk(scene, "an adapter's queue", people.filter { !($0 - 100).isMultiple(of: 3) }) {
                    try $0.queue(QueueFilter(adapter: "sms-a"), page: $1).map { number($0.participant) }
                }
                try await walk(scene, "the queue by phase", Array(104...110)) {
                    try $0.queue(QueueFilter(phase: .queued), page: $1).map { number($0.participant) }
                }
                try await walk(scene, "the inbox", Array(1...10)) { try $0.inbox(InboxFilter(), page: $1).map { Int($0.dedupeKey) ?? 0 } }
                try await walk(scene, "the inbox by verdict", [2, 4, 6, 8, 10]) {
                    try $0.inbox(InboxFilter(verdict: .held), page: $1).map { Int($0.dedupeKey) ?? 0 }
                }
                let settled = try await scene.read { try $0.queue(QueueFilter(phase: .settled), page: PageRequest(size: 9)).rows.count }
                try require("what is settled is not in the queue", settled, is: 0)
                let foreign = try await scene.read { try $0.messages(in: first, newestFirst: false, page: PageRequest(size: 2)).next }
                try await require("a cursor of another list is refused", refusal: InvalidCursor()) {
                    try await scene.read { try $0.participants(in: second, page: PageRequest(size: 2, cursor: foreign)) }
                }
            }
        ),
        (
            "pages neither repeat nor miss rows while others come and go",
            { store in
                let scene = StoreScene(store)
                let conversation = StoreScene.sid(.conversation, 1)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                for number in 0..<6 { try await scene.append(number, to: 1) }
                func page(_ request: PageRequest, newestFirst: Bool) async throws -> Page<Int> {
                    try await scene.read { try $0.messages(in: conversation, newestFirst: newestFirst, page: request).map(\.index) }
                }
                let newest = try await page(PageRequest(size: 2), newestFirst: true)
                try require("the newest", newest.rows, is: [5, 4])
                try await scene.append(6, to: 1)
                let following = try await page(PageRequest(size: 2, cursor: newest.next), newestFirst: true)
                try require("a new row does not shift the page", following.rows, is: [3, 2])
                let back = try await page(PageRequest(size: 9, cursor: following.previous, direction: .before), newestFirst: true)
                try require("the way back shows it", back.rows, is: [6, 5, 4])

                let oldest = try await page(PageRequest(size: 3), newestFirst: false)
                let gone = try await scene.read { try $0.message(StoreScene.sid(.message, 2)) }
                if let gone { try await scene.write { try $0.delete(gone, at: StoreScene.at(1)) } }
                let next = try await page(PageRequest(size: 9, cursor: oldest.next), newestFirst: false)
                try require("a cursor outlives its row", next.rows, is: [3, 4, 5, 6])
                try require("and what precedes is known", next.previous != nil)

                for number in 3..<7 {
                    if let gone = try await scene.read({ try $0.message(StoreScene.sid(.message, number)) }) {
                        try await scene.write { try $0.delete(gone, at: StoreScene.at(1)) }
                    }
                }
                let empty = try await page(PageRequest(size: 9, cursor: oldest.next), newestFirst: false)
                try require("an empty end", empty, is: Page(rows: [], next: nil, previous: empty.previous))
                let before = try await page(PageRequest(size: 9, cursor: empty.previous, direction: .before), newestFirst: false)
                try require("the way back from an empty end misses nothing", before.rows, is: [0, 1])
            }
        ),
    ]
}

extension Page {
    func map<Other: Sendable>(_ transform: (Row) -> Other) -> Page<Other> {
        Page<Other>(rows: rows.map(transform), next: next, previous: previous)
    }
}
