import ParleyCore

/// Credentials with push networks, and bindings of devices.
extension StoreContract {
    static let pushCases: [Case] = [
        (
            "a credential keeps every field and goes once",
            { store in
                let scene = StoreScene(store)
                let row = PushCredential(
                    sid: StoreScene.sid(.credential, 1), kind: .apn, friendlyName: nil, isSandbox: true, created: StoreScene.start,
                    updated: StoreScene.start)
                try await scene.write { try $0.insert(row, secrets: PushSecrets(certificate: "c")) }
                try require("what was written is read", try await scene.read { try $0.credential(row.sid) }, is: row)
                var changed = row
                (changed.kind, changed.friendlyName, changed.isSandbox, changed.updated) = (.fcm, "n", false, StoreScene.at(1))
                let update = changed
                try await scene.write { try $0.update(update, secrets: PushSecrets(secret: "s")) }
                try require("a change is read", try await scene.read { try $0.credential(row.sid) }, is: update)
                let listed = try await scene.read { try $0.credentials(page: PageRequest(size: 9)).rows }
                try require("it is listed", listed, is: [update])
                try await scene.write { try $0.delete(credential: row.sid) }
                try require("it is gone", try await scene.read { try $0.credential(row.sid) }, is: nil)
                try await require("it is deleted once", refusal: Refusal.notFound("/Credentials/\(row.sid)")) {
                    try await scene.write { try $0.delete(credential: row.sid) }
                }
            }
        ),
        (
            "bindings are found by what makes them unique, and listed by any of several identities and networks",
            { store in
                let scene = StoreScene(store)
                let rows = [
                    StoreScene.device(1, "a", .apn), StoreScene.device(2, "a", .fcm), StoreScene.device(3, "b", .apn),
                    StoreScene.device(4, "c", .gcm), StoreScene.device(5, "a", .apn, in: 2),
                ]
                try await scene.write { transaction in for row in rows { try transaction.insert(row) } }
                let found = try await scene.read {
                    try $0.pushBinding(of: "a", on: .fcm, endpoint: "e", in: StoreScene.service)
                }
                try require("it is found by its device", found, is: rows[1])
                let alien = try await scene.read { try $0.pushBinding(rows[4].sid, of: StoreScene.service) }
                try require("another service's is not found", alien, is: nil)
                let lists: [(Set<PushNetwork>, Set<String>, [Int])] = [
                    ([], [], [0, 1, 2, 3]), ([.apn], [], [0, 2]), ([.gcm, .apn], [], [0, 2, 3]), ([], ["c", "a"], [0, 1, 3]),
                    ([.apn, .gcm], ["b", "c"], [2, 3]), ([.twilsock], ["a"], []),
                ]
                for (networks, identities, expected) in lists {
                    let filter = PushBindingFilter(service: StoreScene.service, networks: networks, identities: identities)
                    let first = try await scene.read { try $0.pushBindings(filter, page: PageRequest(size: 1)) }
                    var seen = first.rows
                    if let next = first.next {
                        seen += try await scene.read { try $0.pushBindings(filter, page: PageRequest(size: 9, cursor: next)).rows }
                    }
                    try require("those and no others, in order", seen, is: expected.map { rows[$0] })
                }
                var changed = rows[0]
                (changed.credential, changed.messageTypes, changed.updated) = (nil, [.removedFromConversation], StoreScene.at(1))
                let update = changed
                try await scene.write { try $0.update(update) }
                try require("a change is read", try await scene.read { try $0.pushBinding(update.sid, of: update.service) }, is: update)
                try await scene.write { try $0.delete(pushBinding: update.sid) }
                try require("it is gone", try await scene.read { try $0.pushBinding(update.sid, of: update.service) }, is: nil)
            }
        ),
    ]
}

extension StoreScene {
    static func device(_ number: Int, _ identity: String, _ network: PushNetwork, in service: Int = 1) -> PushBinding {
        PushBinding(
            sid: sid(.binding, number), service: service == 1 ? StoreScene.service : sid(.service, service), identity: identity,
            network: network, endpoint: "e", credential: sid(.credential, 1), messageTypes: [.newMessage, .addedToConversation],
            created: start, updated: start)
    }
}
