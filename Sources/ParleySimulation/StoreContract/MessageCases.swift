import ParleyCore

/// Messages, their media and their aggregates.
extension StoreContract {
    static let messageCases: [Case] = [
        (
            "a message is read as it was written, and an update leaves its delivery counts alone",
            { store in
                let scene = StoreScene(store)
                _ = try await scene.conversationWithPerson(1, proxy: "+15550000001", address: "+15550000010", adapter: "sms-a")
                var (message, _) = try await scene.append(1, to: 1)
                message.body = "later"
                message.subject = "on"
                message.author = "ada"
                message.attributes = "{ }"
                message.participant = StoreScene.sid(.participant, 1)
                message.matchedBy = .pair
                message.flags = [.possibleRepeat, .malformed]
                message.updated = StoreScene.at(5)
                let changed = message
                try await scene.write { try $0.update(changed) }
                message.delivery.total = 1
                let found = try await scene.read { try $0.message(StoreScene.sid(.message, 1), in: StoreScene.sid(.conversation, 1)) }
                try require("all is kept", found, is: message)
                let elsewhere = try await scene.read { try $0.message(StoreScene.sid(.message, 1), in: StoreScene.sid(.conversation, 2)) }
                try require("a message is not found in another conversation", elsewhere, is: nil)
            }
        ),
        (
            "a deleted message is hidden and counted off, once, and its index is not used again",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                try await scene.append(1, to: 1)
                let (message, _) = try await scene.append(2, to: 1)
                try await scene.write { try $0.delete(message, at: StoreScene.at(1)) }
                let path = "/Conversations/\(message.conversation)/Messages/\(message.sid)"
                try await require("it is deleted once", refusal: Refusal.notFound(path)) {
                    try await scene.write { try $0.delete(message, at: StoreScene.at(2)) }
                }
                let third = try await scene.append(3, to: 1).message
                try require("the next index follows", third.index, is: 2)
                let (rows, conversation, gone) = try await scene.read { transaction in
                    (
                        try transaction.messages(in: message.conversation, newestFirst: false, page: PageRequest(size: 9)).rows,
                        try transaction.conversation(message.conversation), try transaction.message(message.sid)
                    )
                }
                try require("a list leaves it out", rows.map(\.index), is: [0, 2])
                try require("it is counted off", conversation?.messageCount, is: 2)
                try require("it is not found", gone, is: nil)
            }
        ),
        (
            "counters count every delivery that reached at least a status",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                try await scene.append(1, to: 1)
                let sid = StoreScene.sid(.message, 1)
                func counts(_ from: Delivery.Status?, _ to: Delivery.Status?) async throws -> DeliveryCounts? {
                    try await scene.write { try $0.count(sid, from: from, to: to) }
                    return try await scene.read { try $0.message(sid)?.delivery }
                }
                try require("sent", try await counts(nil, .sent), is: DeliveryCounts(sent: 1))
                try require("sent, then delivered", try await counts(.sent, .delivered), is: DeliveryCounts(sent: 1, delivered: 1))
                try require("read", try await counts(.delivered, .read), is: DeliveryCounts(sent: 1, delivered: 1, read: 1))
                try require(
                    "the same again changes nothing", try await counts(.read, .read), is: DeliveryCounts(sent: 1, delivered: 1, read: 1))
                try require(
                    "another that fails outright was not sent", try await counts(nil, .failed),
                    is: DeliveryCounts(sent: 1, delivered: 1, read: 1, failed: 1))
                try require(
                    "another that the carrier could not deliver was sent", try await counts(nil, .undelivered),
                    is: DeliveryCounts(sent: 2, delivered: 1, read: 1, failed: 1, undelivered: 1))
            }
        ),
        (
            "a medium belongs to one message at most",
            { store in
                let scene = StoreScene(store)
                let media = (1...3).map { StoreScene.sid(.media, $0) }
                let (one, two) = (StoreScene.sid(.message, 1), StoreScene.sid(.message, 2))
                try await scene.write { transaction in for number in 1...3 { try transaction.insert(StoreScene.medium(number)) } }
                let attached = try await scene.write { transaction in
                    try [
                        transaction.attach([media[1], media[0]], to: one), transaction.attach([media[2], media[0]], to: two),
                        transaction.attach([media[2], media[2]], to: two), transaction.attach([StoreScene.sid(.media, 9)], to: two),
                    ]
                }
                try require("what is taken, named twice or unknown is refused", attached, is: [true, false, false, false])
                let found = try await scene.read { try $0.media(of: [one, two]).mapValues { $0.map(\.sid) } }
                try require("media are in the order given, and a refused step changed nothing", found, is: [one: [media[1], media[0]]])
                let free = try await scene.read { try $0.media(media[2]) }
                try require("all fields are kept", free, is: StoreScene.medium(3))
            }
        ),
    ]
}
