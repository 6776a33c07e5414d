import ParleyCore

/// Where inbound messages of strangers go.
extension StoreContract {
    static let routingCases: [Case] = [
        (
            "address configurations are kept as they were given, and found by type and key",
            { store in
                let scene = StoreScene(store)
                @Sendable func row(_ number: Int, _ kind: AddressConfiguration.Kind, _ key: String) -> AddressConfiguration {
                    AddressConfiguration(
                        sid: StoreScene.sid(.addressConfiguration, number), kind: kind, address: "as given \(key)", key: key,
                        friendlyName: "ö", country: "CA",
                        autoCreation: .init(
                            isEnabled: true, kind: .webhook, service: StoreScene.service, webhookURL: "https://hook.example",
                            webhookMethod: .get, webhookFilters: [.onMessageRemoved, .onMessageAdded], flow: SID(.flow, high: 1, low: 2),
                            retryCount: 3),
                        unknownSender: .autocreate, created: StoreScene.at(1), updated: StoreScene.at(2))
                }
                let rows = [row(1, .sms, "+1"), row(2, .rcs, "+1"), row(3, .sms, "+2")]
                try await scene.write { for row in rows { try $0.insert(row) } }
                try require("by identifier", try await scene.read { try $0.addressConfiguration(rows[1].sid) }, is: rows[1])
                try require("by key and type", try await scene.read { try $0.addressConfiguration(key: "+1", kind: .rcs) }, is: rows[1])
                try require("by key, the oldest", try await scene.read { try $0.addressConfiguration(key: "+1", kind: nil) }, is: rows[0])
                try require("not under another type", try await scene.read { try $0.addressConfiguration(key: "+2", kind: .rcs) }, is: nil)
                let page = PageRequest(size: 9)
                try require("all", try await scene.read { try $0.addressConfigurations(kind: nil, page: page).rows }, is: rows)
                let texts = try await scene.read { try $0.addressConfigurations(kind: .sms, page: page).rows }
                try require("of a type", texts, is: [rows[0], rows[2]])
                try await require("a type and a key have one", refusal: Refusal.addressConfigured) {
                    try await scene.write { try $0.insert(row(4, .sms, "+1")) }
                }
                var changed = rows[0]
                (changed.friendlyName, changed.autoCreation, changed.unknownSender) = (nil, .init(), nil)
                changed.updated = StoreScene.at(9)
                let other = changed
                try await scene.write { try $0.update(other) }
                try require("changes are kept", try await scene.read { try $0.addressConfiguration(other.sid) }, is: other)
                try await scene.write { try $0.delete(addressConfiguration: other.sid) }
                try require("what is deleted is gone", try await scene.read { try $0.addressConfiguration(other.sid) }, is: nil)
            }
        ),
        (
            "conversations of strangers are counted within a window per adapter",
            { store in
                let scene = StoreScene(store)
                func count(_ adapter: String, _ second: Int64) async throws -> Int {
                    try await scene.write { try $0.countAutoCreated(adapter: adapter, window: .seconds(60), at: StoreScene.at(second)) }
                }
                try require("the first", try await count("a", 0), is: 1)
                try require("the second", try await count("a", 59), is: 2)
                try require("another adapter's", try await count("b", 59), is: 1)
                try require("a new window", try await count("a", 60), is: 1)
            }
        ),
        (
            "what waits for media is found when it is due, the longest due first, until it is forgotten",
            { store in
                let scene = StoreScene(store)
                let waiting = [(7, 3), (5, 1), (6, 1), (8, 9)].map { id, second in
                    PendingMedia(inbox: id, adapter: "sms-a", due: StoreScene.at(second))
                }
                try await scene.write { for pending in waiting { try $0.put(pending) } }
                func due(_ second: Int64, _ limit: Int = 9) async throws -> [Int64] {
                    try await scene.read { try $0.pendingMedia(due: StoreScene.at(second), limit: limit).map(\.inbox) }
                }
                try require("what is due", try await due(3), is: [5, 6, 7])
                try require("no more than asked for", try await due(3, 1), is: [5])
                let next = try await scene.read { try $0.nextPendingMedia(after: StoreScene.at(3)) }
                try require("when to look again", next, is: StoreScene.at(9))
                try require("of a row", try await scene.read { try $0.pendingMedia(of: 7) }, is: waiting[0])
                var later = waiting[1]
                (later.attempt, later.due) = (2, StoreScene.at(20))
                let changed = later
                try await scene.write { try $0.put(changed) }
                try require("what was put off", try await scene.read { try $0.pendingMedia(of: 5) }, is: changed)
                try require("is not due", try await due(3), is: [6, 7])
                let forgotten = try await scene.write { [try $0.forgetPendingMedia(of: 6), try $0.forgetPendingMedia(of: 6)] }
                try require("it is forgotten once", forgotten, is: [true, false])
                try require("the others wait on", try await due(20), is: [7, 8, 5])
            }
        ),
        (
            "parts of a message wait for the others, and are found by their message and by their time",
            { store in
                let scene = StoreScene(store)
                let one = PairKey(rawValue: "+1|+8")
                @Sendable func part(
                    _ inbox: Int64, _ reference: String, _ number: Int, of total: Int, due: Int64, pair: String = "+1|+8",
                    adapter: String = "sms-a"
                ) -> PendingPart {
                    PendingPart(
                        inbox: inbox, adapter: adapter, pair: PairKey(rawValue: pair),
                        part: InboundPart(reference: reference, number: number, total: total), due: StoreScene.at(due))
                }
                let waiting = [
                    part(5, "7", 2, of: 3, due: 4), part(6, "7", 1, of: 3, due: 4), part(4, "8", 1, of: 3, due: 9),
                    part(7, "7", 1, of: 2, due: 5), part(8, "7", 3, of: 3, due: 6, pair: "+1|+9"),
                    part(9, "7", 3, of: 3, due: 7, adapter: "sms-b"),
                ]
                try await scene.write { for pending in waiting { try $0.insert(pending) } }
                let found = try await scene.read { try $0.pendingParts(adapter: "sms-a", pair: one, reference: "7", total: 3) }
                try require("of a message, by number", found, is: [waiting[1], waiting[0]])
                let messages = try await scene.read { try $0.incompleteMessages(adapter: "sms-a", pair: one) }
                try require("the first of each message of a pair", messages, is: [waiting[2], waiting[0], waiting[3]])
                func due(_ second: Int64, _ limit: Int = 9) async throws -> [Int64] {
                    try await scene.read { try $0.pendingParts(due: StoreScene.at(second), limit: limit).map(\.inbox) }
                }
                try require("what is due", try await due(5), is: [5, 6, 7])
                try require("no more than asked for", try await due(5, 1), is: [5])
                try require("nothing before its time", try await due(3), is: [])
                try require("when the first is", try await scene.read { try $0.nextPendingPart() }, is: StoreScene.at(4))
                let forgotten = try await scene.write { [try $0.forgetPendingPart(of: 5), try $0.forgetPendingPart(of: 5)] }
                try require("it is forgotten once", forgotten, is: [true, false])
                try require("the others wait on", try await due(9), is: [6, 7, 8, 9, 4])
            }
        ),
        (
            "the latest row that said the same before is found",
            { store in
                let scene = StoreScene(store)
                let rows = try await scene.write { transaction in
                    let said = [("a", "d", "sms-a"), ("b", "d", "sms-a"), ("c", "e", "sms-a"), ("d", "d", "sms-b"), ("e", "d", "sms-a")]
                    return try said.compactMap { key, digest, adapter in
                        try transaction.insert(StoreScene.inbound(key, adapter: adapter, digest: digest))
                    }
                }
                func earlier(_ row: InboxItem, _ second: Int64 = 0) async throws -> String? {
                    try await scene.read { try $0.inboxItem(saying: row, since: StoreScene.at(second))?.dedupeKey }
                }
                try require("the latest", try await earlier(rows[4]), is: "b")
                try require("of those before", try await earlier(rows[1]), is: "a")
                try require("none before the first", try await earlier(rows[0]), is: nil)
                try require("none of other content", try await earlier(rows[2]), is: nil)
                try require("none of another adapter", try await earlier(rows[3]), is: nil)
                try require("none from before then", try await earlier(rows[4], 1), is: nil)
            }
        ),
        (
            "a pair has one consent, found by its pair and by the person's address",
            { store in
                let scene = StoreScene(store)
                @Sendable func consent(_ pair: String, _ state: Consent.State, _ second: Int64) -> Consent {
                    Consent(
                        pair: PairKey(rawValue: pair), state: state, source: .keyword, adapter: "a", detail: "STÖP",
                        message: StoreScene.sid(.message, 1),
                        changed: StoreScene.at(second))
                }
                let (one, two) = (consent("+1|+8", .stopped, 1), consent("+2|+8", .stopped, 2))
                var third = consent("+1|+9", .stopped, 3)
                let first = third
                try await scene.write { for row in [one, two, first] { try $0.record(row) } }
                third = Consent(pair: third.pair, state: .active, source: .api, changed: StoreScene.at(4))
                let last = third
                try await scene.write { try $0.record(last) }
                try require("by pair, the latest", try await scene.read { try $0.consent(last.pair) }, is: last)
                try require("another pair", try await scene.read { try $0.consent(PairKey(rawValue: "+3|+8")) }, is: nil)
                let page = PageRequest(size: 9)
                func list(_ filter: ConsentFilter) async throws -> [Consent] {
                    try await scene.read { try $0.consents(filter, page: page).rows }
                }
                try require("all", try await list(ConsentFilter()), is: [one, two, last])
                try require("of a state", try await list(ConsentFilter(state: .active)), is: [last])
                try require("of a person", try await list(ConsentFilter(address: "+8")), is: [one, two])
            }
        ),
        (
            "what is held too long is forgotten, and nothing else",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    for (key, verdict) in [("a", InboxItem.Verdict.held), ("b", .held), ("c", .appended)] {
                        _ = try transaction.insert(StoreScene.inbound(key, verdict: verdict))
                    }
                }
                func forget(_ second: Int64, _ limit: Int) async throws -> Int {
                    try await scene.write { try $0.forgetHeld(before: StoreScene.at(second), limit: limit) }
                }
                try require("not what is as old as that", try await forget(0, 9), is: 0)
                try require("in chunks", [try await forget(1, 1), try await forget(1, 9), try await forget(1, 9)], is: [1, 1, 0])
                let left = try await scene.read { try $0.inbox(InboxFilter(), page: PageRequest(size: 9)).rows }
                try require("what became a message stays", left.map(\.dedupeKey), is: ["c"])
            }
        ),
    ]
}
