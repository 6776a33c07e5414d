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
        )
    ]
}
