import Foundation
import ParleyCore
import ParleyStore
import ParleyTransfer

/// Pages of a conversation's messages, read one after the other: in a short conversation and in a very long one.
struct PageLoad {
    let site: BenchSite

    /// Of one request, in seconds.
    struct Latency {
        var median: Double
        var tail: Double
    }

    private static let requests = 1000

    /// The daemon stands still while the history is written straight into its database.
    func run(lengths: (Int, Int)) async throws -> (Latency, Latency) {
        let conversations = (try await site.create(), try await site.create())
        site.end()
        try await fill(conversations.0, lengths.0)
        try await fill(conversations.1, lengths.1)
        try await site.start()
        // Taken in turns, so that whatever else the machine does meets both alike.
        var short = Walk(conversation: conversations.0)
        var long = Walk(conversation: conversations.1)
        for _ in 0..<200 {
            try await short.step(site)
            try await long.step(site)
        }
        (short.times, long.times) = ([], [])
        for _ in 0..<Self.requests {
            try await short.step(site)
            try await long.step(site)
        }
        return (short.latency, long.latency)
    }

    private func fill(_ conversation: String, _ count: Int) async throws {
        guard let sid = SID(conversation, .conversation) else { throw BenchSite.Problem(description: "no conversation was made") }
        let store = try SQLiteStore(path: "\(site.folder)/parley.db")
        var generator = SystemRandomNumberGenerator()
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
        // Small bodies: a long one holds a savepoint whose journal every statement walks.
        for start in stride(from: 0, to: count, by: 250) {
            let stamp = Stamp(now: now, identifiers: IdentifierStream(drawing: &generator))
            try await store.write(stamp) { transaction, stamp in
                for _ in start..<min(start + 250, count) {
                    let index = try transaction.allotIndex(in: sid, at: now)
                    try transaction.insert(
                        Message(
                            sid: stamp.identifiers.sid(.message), conversation: sid, index: index, author: "alice",
                            body: "The plumber comes at nine.", created: now, updated: now))
                }
            }
        }
        await store.close()
    }

    /// Follows the pages of a list from its beginning to its end, then from its end to its beginning, and so on.
    private struct Walk {
        let conversation: String
        var next: String?
        var isDescending = false
        var times: [Double] = []

        init(conversation: String) { self.conversation = conversation }

        private struct Listed: Decodable {
            struct Meta: Decodable { var next_page_url: String? }
            var meta: Meta
        }

        mutating func step(_ site: BenchSite) async throws {
            let first = "\(site.api)/v1/Conversations/\(conversation)/Messages?PageSize=50&Order=\(isDescending ? "desc" : "asc")"
            let request = OutboundRequest(
                method: "GET", url: next ?? first, headers: [HeaderField("Authorization", site.authorization)])
            let begun = ContinuousClock.now
            let answer = try await site.transfer.send(request, trust: .operatorChosen)
            let took = ContinuousClock.now - begun
            guard answer.status == 200 else { throw BenchSite.Problem(description: "a page: \(answer.status)") }
            times.append(took.inSeconds)
            next = try JSONDecoder().decode(Listed.self, from: Data(answer.body)).meta.next_page_url
            if next == nil { isDescending.toggle() }
        }

        var latency: Latency {
            let sorted = times.sorted()
            guard let last = sorted.last else { return Latency(median: 0, tail: 0) }
            return Latency(
                median: sorted[sorted.count / 2],
                tail: sorted.indices.contains(sorted.count * 99 / 100) ? sorted[sorted.count * 99 / 100] : last)
        }
    }
}
