import Foundation
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

/// Who is told what, when, and in which order.
@Suite struct RealtimeEventTests {
    @Test func whatHappensIsTold() async throws {
        let installation = try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let client = try await gateway.open("alice")
            let answer = try await client.ask(#"{"type": "subscribe", "id": "first"}"#)
            #expect(answer.type == "subscribed" && answer.string("id") == "first" && answer.string("identity") == "alice")
            #expect(answer.string("service") == gateway.installation.service.text)
            let message = try await gateway.say("Hello", sid)
            let event = try await client.events(1)[0]
            #expect(event.event == "messageAdded" && event.string("conversation") == sid && event.string("subject") == message)
            #expect(event.string("at")?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            #expect(try #require(event.integer("position")) > #require(answer.integer("position")))
            try await client.write(RealtimeClient.frame(8, [3, 0xE8]))
            #expect(try await client.closeCode() == 1000)
        }
        #expect(installation.log.text.contains("a realtime connection ended"))
        #expect(installation.log.text.contains("closed by the client") && !installation.log.text.contains("alice"))
    }

    /// A resource has the members that REST gives it, with the same values.
    @Test func resourcesAreAsRESTHasThem() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let client = try await gateway.subscribed("alice")
            let path = "/v1/Conversations/\(sid)"
            let phone = try await gateway.caller.post(
                path + "/Participants", ["MessagingBinding.Address": "+15557654321", "MessagingBinding.ProxyAddress": "+15550100000"])
            let message = try await gateway.say("Hello", sid)
            let updated = try await gateway.caller.post(path, ["FriendlyName": "Table \"5\"", "Attributes": #"{"a": 1}"#])
            let state = try await gateway.caller.post(path, ["State": "inactive"])
            #expect(updated.status == 200 && state.status == 200, "\(updated.text) \(state.text)")
            let events = try await client.events(5)
            #expect(events.map(\.event).prefix(3) == ["participantAdded", "messageAdded", "conversationUpdated"])
            let rest: [(Int, Reply)] = [
                (0, phone), (1, try await gateway.caller.get(path + "/Messages/\(message)")), (2, updated),
            ]
            for (number, reply) in rest {
                for (name, value) in events[number].resource {
                    guard let other = reply.json[name] else { continue }
                    let isSame = NSDictionary(dictionary: ["x": value]).isEqual(to: ["x": other])
                    #expect(isSame, "\(events[number].event).\(name): \(value), \(other)")
                }
                #expect(events[number].resource["date_created"] as? String == reply.string("date_created"))
            }
            #expect(events[1].resource["delivery"] != nil)
            let change = try #require(events.first { $0.event == "conversationStateUpdated" })
            #expect(change.resource["state_from"] as? String == "active" && change.resource["state_to"] as? String == "inactive")
            #expect(change.resource["reason"] as? String == "API")
        }
    }

    /// What somebody set for themselves is their own affair.
    @Test func theNotificationLevelIsTheUsersOwn() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let (alice, bob) = (try await gateway.subscribed("alice"), try await gateway.subscribed("bob"))
            let reply = try await gateway.caller.post("/v1/Users/bob/Conversations/\(sid)", ["NotificationLevel": "muted"])
            #expect(reply.status == 200)
            #expect(try await bob.events(1)[0].resource["notification_level"] as? String == "muted")
            #expect(try await alice.events(1)[0].resource["notification_level"] == nil)
            let late = try await gateway.open("bob")
            try await late.send(#"{"type": "resume", "after": 0}"#)
            let events = try await late.events(2).filter {
                $0.event.hasPrefix("participant") && $0.resource["identity"] as? String == "bob"
            }
            #expect(events.allSatisfy { $0.resource["notification_level"] != nil } && !events.isEmpty)
        }
    }

    /// From wherever somebody resumes, they are told the rest: none missing, none twice, and then what happens.
    @Test func whoeverResumesIsToldTheRest() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let other = try await gateway.conversation("carol")
            for number in 0..<6 {
                try await gateway.say("\(number)", sid)
                try await gateway.say("unseen", other, by: "carol")
            }
            let all = try await gateway.open("alice")
            try await all.send(#"{"type": "resume", "after": 0}"#)
            #expect(try await all.json().type == "subscribed")
            // Hers begins with her joining: bob's joining and six messages follow.
            let told = try await all.events(8).map { try #require($0.integer("position")) }
            #expect(told == told.sorted() && Set(told).count == told.count)
            let end = try await gateway.installation.eventCount()
            for position in 0...Int(end) {
                let client = try await gateway.open("alice")
                let answer = try await client.ask(#"{"type": "resume", "after": \#(position)}"#)
                #expect(answer.type == "subscribed" && answer.integer("position") == position)
                let rest = told.filter { $0 > position }
                #expect(try await client.events(rest.count).map { $0.integer("position") } == rest, "after \(position)")
                let next = try await client.ask(#"{"type": "ping"}"#)
                #expect(next.type == "pong", "after \(position): \(next.text)")
                await client.close()
            }
        }
    }

    @Test(arguments: [1_000_000, Int(Int64.max)])
    func aPositionThatIsNotInTheLogIsToldSo(position: Int) async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice")
            let client = try await gateway.open("alice")
            let answer = try await client.ask(#"{"type": "resume", "after": \#(position), "id": 2}"#)
            #expect(
                answer.type == "resync" && answer.integer("id") == 2 && answer.string("reason") != nil && answer.string("expires") != nil)
            #expect(try await answer.integer("position") == Int(gateway.installation.eventCount()))
            try await gateway.say("Hello", sid)
            #expect(try await client.events(1)[0].event == "messageAdded")
        }
    }

    /// While events come in all the time, everybody who resumes in between is told each once and in order.
    @Test func nothingIsLostBetweenReadingAndListening() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice")
            let total = 120
            try await withThrowingTaskGroup(of: [Int].self) { group in
                for number in 0..<12 {
                    group.addTask {
                        for _ in 0..<(number * 20) { await Task.yield() }
                        let client = try await gateway.open("alice")
                        try await client.send(#"{"type": "resume", "after": 0}"#)
                        return try await client.events(total + 1).compactMap { $0.integer("position") }
                    }
                }
                for number in 0..<total { try await gateway.say("\(number)", sid) }
                var tellings: Set<[Int]> = []
                for try await positions in group { tellings.insert(positions) }
                #expect(tellings.count == 1)
                let positions = try #require(tellings.first)
                #expect(positions == positions.sorted() && Set(positions).count == total + 1)
            }
        }
    }

    @Test func whoeverLeavesIsToldOfItAndNoMore() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice")
            let participant = try await gateway.join("bob", sid)
            let (alice, bob) = (try await gateway.subscribed("alice"), try await gateway.subscribed("bob"))
            #expect(try await gateway.caller.delete("/v1/Conversations/\(sid)/Participants/\(participant)").status == 204)
            try await gateway.say("without bob", sid)
            #expect(try await alice.events(2).map(\.event) == ["participantRemoved", "messageAdded"])
            #expect(try await bob.events(1)[0].event == "participantRemoved")
            let next = try await bob.ask(#"{"type": "ping"}"#)
            #expect(next.type == "pong", "\(next.text)")
            // Whoever comes back sees from there on.
            _ = try await gateway.join("bob", sid)
            try await gateway.say("with bob", sid)
            let events = try await bob.events(2)
            #expect(events.map(\.event) == ["participantAdded", "messageAdded"])
            #expect(events[1].resource["body"] as? String == "with bob")
        }
    }

    @Test func changesOfUsersAreToldToThemAndToWhoWatches() async throws {
        try await RealtimeInstallation.run { gateway in
            for identity in ["alice", "bob", "carol"] {
                #expect(try await gateway.caller.post("/v1/Users", ["Identity": identity]).status == 201)
            }
            let alice = try await gateway.subscribed("alice")
            let bob = try await gateway.subscribed("bob", #"{"type": "subscribe", "users": ["alice", "nobody", "bob"]}"#)
            let carol = try await gateway.subscribed("carol")
            #expect(try await gateway.caller.post("/v1/Users/alice", ["FriendlyName": "Alice"]).status == 200)
            for client in [alice, bob] {
                let event = try await client.events(1)[0]
                #expect(event.event == "userUpdated" && event.resource["friendly_name"] as? String == "Alice")
            }
            #expect(try await bob.ask(#"{"type": "watch", "users": ["carol"]}"#).type == "ok")
            #expect(try await gateway.caller.post("/v1/Users/alice", ["FriendlyName": "A."]).status == 200)
            #expect(try await gateway.caller.post("/v1/Users/carol", ["FriendlyName": "Carol"]).status == 200)
            #expect(try await alice.events(1)[0].resource["friendly_name"] as? String == "A.")
            for client in [bob, carol] {
                #expect(try await client.events(1)[0].resource["friendly_name"] as? String == "Carol")
                #expect(try await client.ask(#"{"type": "ping"}"#).type == "pong")
            }
        }
    }

    @Test func typingIsToldToTheOthersNowAndThen() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let (alice, second) = (try await gateway.subscribed("alice"), try await gateway.subscribed("alice"))
            let (bob, carol) = (try await gateway.subscribed("bob"), try await gateway.subscribed("carol"))
            let command = #"{"type": "typing", "conversation": "\#(sid)", "id": 3}"#
            for _ in 0..<3 { #expect(try await alice.ask(command).type == "ok") }
            let frame = try await bob.json()
            #expect(frame.type == "typing" && frame.string("conversation") == sid && frame.string("identity") == "alice")
            #expect(frame.integer("seconds") == 5 && frame.string("participant")?.hasPrefix("MB") == true)
            gateway.installation.clock.pass(.seconds(6))
            #expect(try await alice.ask(command).type == "ok")
            #expect(try await bob.json().type == "typing")
            for client in [alice, second, bob, carol] { #expect(try await client.ask(#"{"type": "ping"}"#).type == "pong") }
            let refused = try await carol.ask(command)
            #expect(refused.type == "error" && refused.integer("status") == 403 && refused.integer("code") == 50430)
            let unknown = try await carol.ask(#"{"type": "typing", "conversation": "CH00000000000000000000000000000000"}"#)
            #expect(unknown.integer("status") == 404 && unknown.integer("code") == 20404)
        }
    }

    @Test func theNextTokenTakesTheFormersPlace() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await gateway.subscribed("alice")
            func offer(_ token: String) async throws -> RealtimeClient.Frame {
                try await client.ask(#"{"type": "token", "token": "\#(token)", "id": 4}"#)
            }
            let next = try await offer(gateway.token("alice", lasts: 7200))
            #expect(next.type == "ok" && next.integer("id") == 4 && next.string("expires") != nil)
            for (token, status, code) in [
                (try await gateway.token("bob"), 403, 50107), ("abc", 401, 20101), ("a\\r\\nb", 401, 20101),
                (HandMint.with { $0.end = "1779999999" }, 401, 20104),
            ] {
                let refused = try await offer(token)
                #expect(
                    refused.type == "error" && refused.integer("status") == status && refused.integer("code") == code, "\(refused.text)")
            }
            #expect(try await client.ask(#"{"type": "ping"}"#).type == "pong")
        }
    }

    /// A user's row is made with their first conversation: whoever watches them, themselves too, hears of them from then on.
    @Test func usersWhoComeLaterAreWatched() async throws {
        try await RealtimeInstallation.run { gateway in
            let alice = try await gateway.subscribed("alice")
            let bob = try await gateway.subscribed("bob", #"{"type": "subscribe", "users": ["alice"]}"#)
            _ = try await gateway.conversation("alice")
            let reply = try await gateway.caller.post("/v1/Users/alice", ["FriendlyName": "Alice"])
            #expect(reply.status == 200, "\(reply.text)")
            for client in [alice, bob] {
                var event = try await client.events(1)[0]
                while event.event != "userUpdated" { event = try await client.events(1)[0] }
                #expect(event.resource["friendly_name"] as? String == "Alice")
            }
        }
    }

    /// A participant who becomes another user's is the end of the one and the beginning of the other; both are told so.
    @Test func aParticipantIsHandedOver() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("carol")
            let participant = try await gateway.join("alice", sid)
            let (alice, bob) = (try await gateway.subscribed("alice"), try await gateway.subscribed("bob"))
            let reply = try await gateway.caller.post("/v1/Conversations/\(sid)/Participants/\(participant)", ["Identity": "bob"])
            #expect(reply.status == 200, "\(reply.text)")
            for client in [alice, bob] {
                let event = try await client.events(1)[0]
                #expect(event.event == "participantUpdated" && event.string("subject") == participant)
                #expect(event.resource["identity"] as? String == "bob" && event.resource["identity_changed"] as? Bool == true)
            }
            try await gateway.say("Hello", sid, by: "carol")
            #expect(try await bob.events(1)[0].event == "messageAdded")
            #expect(try await alice.ask(#"{"type": "ping"}"#).type == "pong")
            let again = try await gateway.caller.post("/v1/Conversations/\(sid)/Participants/\(participant)", ["Attributes": "{}"])
            #expect(again.status == 200)
            #expect(try await bob.events(1)[0].resource["identity_changed"] == nil)
        }
    }

    /// With a token that ends at once, and one that is about to.
    @Test func aTokensEndIsTheConnections() async throws {
        try await RealtimeInstallation.run { gateway in
            let client = try await RealtimeClient.open(gateway.port, token: gateway.token("alice", lasts: 1))
            #expect(try await client.json().type == "tokenAboutToExpire")
            #expect(try await client.json().type == "tokenExpired")
            #expect(try await client.closeCode() == 4401)
        }
    }

    @Test func theGatewaysEndIsSaid() async throws {
        try await RealtimeInstallation.run { gateway in
            let clients = [try await gateway.subscribed("alice"), try await gateway.open("bob")]
            await gateway.stop()
            for client in clients {
                #expect(try await client.closeCode() == 1001)
                #expect(try await client.next() == .end)
            }
        }
    }

    /// Whoever does not read is let go, and nobody else has to wait for them.
    @Test func whoeverDoesNotReadIsLetGo() async throws {
        let total = 60
        let installation = try await RealtimeInstallation.run(bounds: { $0.backlogBytes = 1 << 18 }) { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let slow = try await gateway.subscribed("bob", receiveBytes: 4096)
            try await slow.rest(true)
            let alice = try await gateway.subscribed("alice")
            let body = String(repeating: "x", count: 30_000)
            for _ in 0..<total { try await gateway.say(body, sid) }
            #expect(try await alice.events(total).count == total)
            try await slow.rest(false)
            var told = 0
            while case .text = try await slow.next() { told += 1 }
            #expect(told < total)
            #expect(try await alice.ask(#"{"type": "ping"}"#).type == "pong")
        }
        #expect(installation.log.text.contains("too much waits for the client"))
    }
}
