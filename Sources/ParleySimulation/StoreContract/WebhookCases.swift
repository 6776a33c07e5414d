import ParleyCore

/// Webhooks and what is owed to them.
extension StoreContract {
    static let webhookCases: [Case] = [
        (
            "webhooks of a conversation are kept as they were given, and know after which event they were made",
            { store in
                let scene = StoreScene(store)
                @Sendable func hook(_ number: Int, in conversation: Int = 1) -> ScopedWebhook {
                    ScopedWebhook(
                        sid: StoreScene.sid(.scopedWebhook, number), conversation: StoreScene.sid(.conversation, conversation),
                        target: .webhook, url: "https://hook.example/\(number)", method: .get,
                        filters: [.onMessageRemoved, .onMessageAdded], triggers: ["stop", "ö \"x\""], flow: SID(.flow, high: 1, low: 2),
                        replayAfter: 3, replay: 4..<9, created: StoreScene.at(1), updated: StoreScene.at(2))
                }
                let first = try await scene.write { try $0.insert(hook(1)) }
                try require("before any event", first.since, is: 0)
                let position = try await scene.write { try $0.append(Event(kind: .userAdded, at: StoreScene.start)) }
                let second = try await scene.write { transaction in
                    _ = try transaction.insert(hook(3, in: 2))
                    return try transaction.insert(hook(2))
                }
                try require("after one", second.since, is: position)
                let conversation = StoreScene.sid(.conversation, 1)
                let rows = try await scene.read { try $0.scopedWebhooks(of: conversation, page: PageRequest(size: 5)).rows }
                try require("in the order they were made", rows, is: [first, second])
                try require("all is kept", (first.filters, first.triggers) == (hook(1).filters, hook(1).triggers))
                try require("the replay too", [first.replay], is: [4..<9])
                var changed = first
                (changed.url, changed.method, changed.filters, changed.triggers) = (nil, .post, [], ["go"])
                (changed.flow, changed.replay, changed.updated) = (nil, nil, StoreScene.at(7))
                let other = changed
                try await scene.write { try $0.update(other) }
                let found = try await scene.read { try $0.scopedWebhook(first.sid, in: conversation) }
                try require("changes are kept", found, is: changed)
                let elsewhere = try await scene.read { try $0.scopedWebhook(first.sid, in: StoreScene.sid(.conversation, 2)) }
                try require("it belongs to its conversation", elsewhere, is: nil)
                try await scene.write { try $0.delete(other) }
                let left = try await scene.read { try $0.scopedWebhooks(of: conversation, page: PageRequest(size: 5)).rows }
                try require("what is deleted is gone", left, is: [second])
            }
        ),
        (
            "the webhooks of the account and of services are kept apart, and what was never set is nothing",
            { store in
                let scene = StoreScene(store)
                let none = try await scene.read { try $0.webhookConfiguration(of: nil) }
                try require("never set", none, is: nil)
                let account = WebhookConfiguration(
                    method: .get, filters: [.onMessageAdd, .onMessageAdded], preURL: "https://pre.example", target: .flex)
                let service = WebhookConfiguration(service: StoreScene.service, postURL: "https://post.example")
                try await scene.write { transaction in
                    try transaction.put(WebhookConfiguration(filters: []))
                    try transaction.put(account)
                    try transaction.put(service)
                }
                let found = try await scene.read { transaction in
                    [
                        try transaction.webhookConfiguration(of: nil), try transaction.webhookConfiguration(of: StoreScene.service),
                        try transaction.webhookConfiguration(of: StoreScene.sid(.service, 9)),
                    ]
                }
                try require("all is kept", found, is: [account, service, nil])
            }
        ),
        (
            "what waits for pre-hooks is found by its pair, the first of each in the order of the inbox",
            { store in
                let scene = StoreScene(store)
                let (one, other) = (PairKey(rawValue: "a|b"), PairKey(rawValue: "a|c"))
                func asks(_ pair: PairKey) async throws -> [Bool] {
                    try await scene.read { [try $0.mayAskPrehooks(pair), try $0.hasPendingPrehook(pair)] }
                }
                try require("nothing waits", try await asks(one), is: [false, false])
                let waiting = [
                    PendingPrehook(inbox: 7, adapter: "sms-b", pair: one), PendingPrehook(inbox: 5, adapter: "sms-a", pair: one),
                    PendingPrehook(inbox: 6, adapter: "sms-a", pair: other),
                ]
                try await scene.write { transaction in for pending in waiting { try transaction.insert(pending) } }
                let first = try await scene.read { try $0.pendingPrehooks(limit: 9) }
                try require("the first of each", first, is: [waiting[1], waiting[2]])
                try require("no more than asked for", try await scene.read { try $0.pendingPrehooks(limit: 1) }, is: [waiting[1]])
                try require("it waits", try await asks(one), is: [true, true])
                let forgotten = try await scene.write { [try $0.forgetPrehook(of: 5), try $0.forgetPrehook(of: 5)] }
                try require("it is forgotten once", forgotten, is: [true, false])
                let next = try await scene.read { try $0.pendingPrehooks(limit: 9) }
                try require("the next of its pair", next, is: [waiting[2], waiting[0]])
                try await scene.write { transaction in for pending in waiting { try transaction.forgetPrehook(of: pending.inbox) } }
                try require("nothing waits any more", try await asks(other), is: [false, false])
                try await scene.write { try $0.put(WebhookConfiguration(service: StoreScene.service, preURL: "https://pre.example")) }
                try require("somebody is asked beforehand", try await asks(one), is: [true, false])
                try await scene.write { try $0.put(WebhookConfiguration(service: StoreScene.service, postURL: "https://post.example")) }
                try require("nobody is any more", try await asks(one), is: [false, false])
            }
        ),
        (
            "a reader's position is kept by its name",
            { store in
                let scene = StoreScene(store)
                try require("before its first step", try await scene.read { try $0.readerPosition("a") }, is: 0)
                try await scene.write { try $0.setReaderPosition("a", to: 5) }
                try await scene.write { try $0.setReaderPosition("a", to: 7) }
                try require("the latest", try await scene.read { try $0.readerPosition("a") }, is: 7)
                try require("another's", try await scene.read { try $0.readerPosition("b") }, is: 0)
            }
        ),
        (
            "messages are found by a range of indices, deleted ones and those of deleted conversations are not",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                for number in 0..<6 { try await scene.append(number, to: 1) }
                let conversation = StoreScene.sid(.conversation, 1)
                if let gone = try await scene.read({ try $0.message(StoreScene.sid(.message, 3)) }) {
                    try await scene.write { try $0.delete(gone, at: StoreScene.at(1)) }
                }
                @Sendable func indices(_ range: Range<Int>, _ limit: Int = 9) async throws -> [Int] {
                    try await scene.read { try $0.messages(in: conversation, indices: range, limit: limit).map(\.index) }
                }
                try require("without the deleted", try await indices(1..<6), is: [1, 2, 4, 5])
                try require("the end is not in it", try await indices(0..<2), is: [0, 1])
                try require("no more than asked for", try await indices(0..<6, 2), is: [0, 1])
                try require("nothing", try await indices(9..<9), is: [])
                let service = try await scene.read { try $0.service(of: conversation) }
                try await scene.write { try $0.delete(conversation, at: StoreScene.at(1)) }
                try require("none of a deleted conversation", try await indices(0..<6), is: [])
                try require("whose service is still known", try await scene.read { try $0.service(of: conversation) }, is: service)
            }
        ),
        (
            "webhooks with messages to replay are found until they have none",
            { store in
                let scene = StoreScene(store)
                let rows = try await scene.write { transaction in
                    try (1...3).map { number in
                        try transaction.insert(
                            ScopedWebhook(
                                sid: StoreScene.sid(.scopedWebhook, number), conversation: StoreScene.sid(.conversation, number),
                                target: .webhook, replay: number == 2 ? nil : 0..<number, created: StoreScene.start,
                                updated: StoreScene.start))
                    }
                }
                let found = try await scene.read { try $0.scopedWebhooksToReplay(limit: 9) }
                try require("those that have", found, is: [rows[0], rows[2]])
                try await scene.write { transaction in
                    var done = rows[0]
                    done.replay = nil
                    try transaction.update(done)
                }
                try require("those that still have", try await scene.read { try $0.scopedWebhooksToReplay(limit: 9) }, is: [rows[2]])
            }
        ),
        (
            "of one target one delivery is under way, of several targets several; the earliest due goes first",
            { store in
                let scene = StoreScene(store)
                @Sendable func content(_ lane: String, _ word: String) -> WebhookContent {
                    WebhookContent(
                        scope: lane, hook: .onMessageAdded, url: "https://\(lane).example", method: .post,
                        parameters: [HookParameter("Body", word), HookParameter("ö", "\"")], conversation: StoreScene.sid(.conversation, 1))
                }
                let ids = try await scene.write { transaction in
                    [
                        try transaction.insert(content("a", "1"), at: StoreScene.at(1)),
                        try transaction.insert(content("a", "2"), at: StoreScene.at(1)),
                        try transaction.insert(content("b", "3"), at: StoreScene.at(2)),
                    ]
                }
                @Sendable func lease(_ second: Int64, _ limit: Int = 9) async throws -> [Int64] {
                    try await scene.write { try $0.leaseWebhooks(now: StoreScene.at(second), limit: limit).map(\.id) }
                }
                @Sendable func end(_ id: Int64, due: Int64?, _ state: WebhookLane = WebhookLane()) async throws {
                    try await scene.write { transaction in
                        guard var row = try transaction.webhookDelivery(id) else { throw ContractViolation("a leased one is found") }
                        row.phase = due == nil ? .delivered : .waiting
                        row.settled = due == nil ? StoreScene.at(3) : nil
                        if let due { row.due = StoreScene.at(due) }
                        try transaction.update(row)
                        try transaction.advanceWebhooks(row.content.lane, state)
                    }
                }
                try require("due first", try await scene.read { try $0.nextWebhookDue() }, is: StoreScene.at(1))
                try require("not before its time", try await lease(0), is: [])
                try require("the first of each that is due", try await lease(1), is: [ids[0]])
                let first = try await scene.read { try $0.webhookDelivery(ids[0]) }
                try require("it is under way, and counted", [first?.phase == .sending, first?.attempt == 1], is: [true, true])
                try require("as it was queued", first?.content, is: content("a", "1"))
                try require("one of a target at a time, no more than asked for", try await lease(9, 1), is: [ids[2]])
                try require("nothing else is due", try await scene.read { try $0.nextWebhookDue() }, is: nil)
                try await end(ids[0], due: 7, WebhookLane(failures: 2, restsUntil: StoreScene.at(5)))
                let lane = try await scene.read { try $0.webhookLane(content("a", "").lane) }
                try require("the lane's state", lane, is: WebhookLane(failures: 2, restsUntil: StoreScene.at(5)))
                try require("it rests", try await lease(4), is: [])
                try require("and says until when", try await scene.read { try $0.nextWebhookDue() }, is: StoreScene.at(5))
                try require("then the one that is due first overtakes", try await lease(5), is: [ids[1]])
                try await end(ids[1], due: nil)
                try require("the other at its time", try await lease(6), is: [])
                try require("is due", try await lease(7), is: [ids[0]])
                let waiting = try await scene.write { try $0.insert(content("a", "4"), at: StoreScene.at(1)) }
                try require("a leased target is left alone", try await lease(9), is: [])
                let interrupted = try await scene.write { try $0.interruptedWebhooks(limit: 9).count }
                try require("what is under way is found", interrupted, is: 2)
                try await end(ids[0], due: nil)
                try require("and free again", try await lease(9), is: [waiting])
                try await end(waiting, due: nil)
                try await end(ids[2], due: nil)
                let forgotten = try await scene.read { try $0.webhookLane("a https://a.example") }
                try require("a target without work is forgotten", forgotten, is: nil)
                try await scene.write { transaction in
                    guard var row = try transaction.webhookDelivery(ids[0]) else { return }
                    (row.phase, row.settled, row.due) = (.waiting, nil, StoreScene.at(20))
                    try transaction.update(row)
                    try transaction.wakeWebhooks(row.content.lane, due: row.due)
                }
                try require("one that is put back is due", try await lease(20), is: [ids[0]])
                let old = try await scene.write { transaction in
                    try [21, 22, 23, 24].map { try transaction.insert(content("c", "\($0)"), at: StoreScene.at($0)) }
                }
                let stale = try await scene.write { transaction in
                    guard var row = try transaction.webhookDelivery(old[1]) else { throw ContractViolation("a queued one is found") }
                    row.queued = StoreScene.at(23)
                    try transaction.update(row)
                    return try transaction.staleWebhooks(of: content("c", "").lane, before: StoreScene.at(24), limit: 9).map(\.id)
                }
                try require("what waits for longer is found by its target", stale, is: [old[0], old[1], old[2]])
                let fewer = try await scene.write { transaction in
                    try transaction.staleWebhooks(of: content("c", "").lane, before: StoreScene.at(23), limit: 9).map(\.id)
                }
                try require("but not what was queued again", fewer, is: [old[0]])
            }
        ),
        (
            "the record of webhooks is listed newest first, with its attempts, and forgotten in chunks",
            { store in
                let scene = StoreScene(store)
                let content = WebhookContent(
                    scope: WebhookContent.account, hook: .onUserAdded, url: "https://x.example", method: .get, parameters: [])
                let ids = try await scene.write { transaction in
                    try (0..<5).map { number in
                        let id = try transaction.insert(content, at: StoreScene.at(Int64(number)))
                        guard var row = try transaction.webhookDelivery(id) else { throw ContractViolation("a queued one is found") }
                        if number < 4 { (row.phase, row.settled) = (.givenUp, StoreScene.at(Int64(number))) }
                        (row.attempt, row.status, row.failure, row.queued) = (2, nil, "timedOut", StoreScene.at(9))
                        try transaction.update(row)
                        try transaction.record(WebhookAttempt(number: 2, at: StoreScene.at(2), failure: "timedOut"), of: id)
                        try transaction.record(WebhookAttempt(number: 1, at: StoreScene.at(1), status: 500), of: id)
                        return id
                    }
                }
                func listed(_ phase: WebhookDelivery.Phase?) async throws -> [Int64] {
                    try await scene.read { try $0.webhookDeliveries(phase, page: PageRequest(size: 9)).rows.map(\.id) }
                }
                try require("all", try await listed(nil), is: ids.reversed())
                try require("by phase", try await listed(.waiting), is: [ids[4]])
                let row = try await scene.read { try $0.webhookDelivery(ids[1]) }
                try require(
                    "as it was written", row,
                    is: WebhookDelivery(
                        id: ids[1], content: content, phase: .givenUp, attempt: 2, due: StoreScene.at(1), created: StoreScene.at(1),
                        queued: StoreScene.at(9), settled: StoreScene.at(1), failure: "timedOut"))
                let attempts = try await scene.read { try $0.webhookAttempts(of: ids[1]) }
                try require("attempts in their order", attempts.map(\.number), is: [1, 2])
                try require("with what they came to", attempts.map(\.status), is: [500, nil])
                let swept = try await scene.write { try $0.sweepWebhooks(settledBefore: StoreScene.at(3), limit: 2) }
                try require("a chunk", swept, is: 2)
                try require("the oldest first", try await listed(nil), is: [ids[4], ids[3], ids[2]])
                try require("with their attempts", try await scene.read { try $0.webhookAttempts(of: ids[0]) }, is: [])
                let rest = try await scene.write { try $0.sweepWebhooks(settledBefore: StoreScene.at(3), limit: 2) }
                try require("what is younger, or waits, stays", rest, is: 1)
            }
        ),
    ]
}
