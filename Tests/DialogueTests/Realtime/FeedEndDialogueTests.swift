import Foundation
import ParleyCore
import ParleyTransfer
import Synchronization
import Testing

/// When a user's events end: with their part in a conversation, with their token, with the daemon.
@Suite(.serialized, .timeLimit(.minutes(15))) struct FeedEndDialogueTests {
    /// The ways out of a conversation, and the event that is the last one each time.
    enum WayOut: String, CaseIterable, Sendable {
        case removed, leaves, deleted

        var last: String { self == .deleted ? "conversationRemoved" : "participantRemoved" }
    }

    @Test(arguments: WayOut.allCases) func nothingIsToldAfterTheEnd(of wayOut: WayOut) async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let (conversation, other) = (try await daemon.createConversation(), try await daemon.createConversation())
        for conversation in [conversation, other] { try await daemon.addChat("bob", to: conversation) }
        let token = try await daemon.mint("alice")
        let peer = try await RealtimePeer.subscribed(daemon, token: token)
        let early = try await RealtimePeer.subscribed(daemon, token: token)
        for conversation in [conversation, other] { try await daemon.addChat("alice", to: conversation) }
        let start = try #require(
            try await early.until("alice's joining") { $0["event"]?.string == "participantAdded" }.last?.json?["position"]?.int)

        // Others speak all the time, before, while and after it happens.
        let isOut = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for speaker in 0..<3 {
                group.addTask {
                    var (number, after) = (0, 0)
                    while after < 10 {
                        number += 1
                        if isOut.isSet { after += 1 }
                        let answer = try await daemon.post(
                            "/v1/Conversations/\(conversation)/Messages", [("Author", "bob"), ("Body", "\(speaker) \(number)")])
                        if wayOut == .deleted, answer.status == 404 { return }
                        try #require(answer.status == 201, "\(answer.text)")
                    }
                }
            }
            try await peer.until("some messages") { ($0["resource"]?["index"]?.int ?? 0) >= 20 }
            let path = "/v1/Conversations/\(conversation)"
            switch wayOut {
            case .removed: #expect(try await daemon.call("DELETE", "\(path)/Participants/alice").status == 204)
            case .leaves:
                let left = try await daemon.transfer.send(
                    OutboundRequest(
                        method: "DELETE", url: daemon.api + "\(path)/Participants/alice",
                        headers: [HeaderField("Authorization", "Bearer \(token)")]), trust: .operatorChosen)
                #expect(left.status == 204, "\(String(decoding: left.body, as: UTF8.self))")
            case .deleted: #expect(try await daemon.call("DELETE", path).status == 204)
            }
            isOut.set()
            try await group.waitForAll()
        }
        // What is told of another conversation afterwards comes after all that could have been told of this one.
        _ = try await daemon.say("the end", as: "bob", in: other)
        let resumed = try await RealtimePeer.upgraded(daemon, token: token)
        try await resumed.say(#"{"type": "resume", "after": \#(start)}"#)
        #expect(try await resumed.next().type == "subscribed")
        func frames(_ peer: RealtimePeer) async throws -> [RealtimePeer.Heard] {
            try await peer.until("the end") { $0["resource"]?["body"]?.string == "the end" }
        }
        func isOfIt(_ heard: RealtimePeer.Heard) -> Bool { heard.json?["conversation"]?.string == conversation }
        func told(_ heard: [RealtimePeer.Heard]) -> [JSON] { heard.filter(isOfIt).compactMap(\.json) }
        let (all, again) = (try await frames(early), try await frames(resumed))
        // Who resumes after the end is told of it alone, in the same words, and of other conversations everything.
        #expect(again.filter(isOfIt) == all.filter(isOfIt).suffix(1))
        #expect(again.filter { !isOfIt($0) } == all.filter { !isOfIt($0) })
        let events = told(all)
        let indices = events.compactMap { $0["event"]?.string == "messageAdded" ? $0["resource"]?["index"]?.int : nil }
        #expect(indices == Array(0..<indices.count) && indices.count > 20)
        #expect(events.last?["event"]?.string == wayOut.last, "\(String(describing: events.last))")
        #expect(told(try await frames(peer)).last == events.last)
        let positions = all.compactMap { $0.json?["position"]?.int }
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 }, "positions grow")
        // Nor from the beginning, long after.
        let late = try await RealtimePeer.upgraded(daemon, token: token)
        try await late.say(#"{"type": "resume", "after": 0}"#)
        let first = try await late.next()
        if first.type == "subscribed" { #expect(told(try await frames(late)).last == events.last) }
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func theTokenEnds() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        for identity in ["alice", "bob"] { try await daemon.addChat(identity, to: conversation) }
        let long = try await daemon.mint("alice")
        let others = try await daemon.mint("bob")
        let short = try await daemon.mint("alice", seconds: 6)
        let ends = try await RealtimePeer.upgraded(daemon, token: short)
        let renewed = try await RealtimePeer.upgraded(daemon, token: short)
        let mute = try await RealtimePeer.upgraded(daemon, token: short)
        for peer in [ends, renewed] {
            // The notice may come before the answer: there is less left than the time of a notice.
            try await peer.say(#"{"type": "subscribe"}"#)
            let both = [try await peer.next(), try await peer.next()]
            #expect(Set(both.compactMap(\.type)) == ["subscribed", "tokenAboutToExpire"], "\(both)")
            #expect(Set(both.compactMap { $0.json?["expires"]?.string }).count == 1, "\(both)")
        }
        // Tokens that do not fit leave the former one as it is.
        for wrong in [others, "garbage", long + "x"] {
            try await renewed.say(#"{"type": "token", "id": 5, "token": "\#(wrong)"}"#)
            let error = try await renewed.next().json
            #expect(error?["type"]?.string == "error" && error?["id"]?.int == 5, "\(String(describing: error))")
        }
        try await renewed.say(#"{"type": "token", "id": 6, "token": "\#(long)"}"#)
        let ok = try await renewed.next().json
        #expect(ok?["type"]?.string == "ok" && ok?["id"]?.int == 6 && ok?["expires"]?.string != nil, "\(String(describing: ok))")

        let last = try await ends.untilClosed()
        #expect(last.compactMap(\.type) == ["tokenExpired"] && last.last == .close(4401), "\(last)")
        #expect(try await mute.untilClosed().last == .close(4401))
        try await renewed.stillHears("with the next token", in: conversation, of: daemon)
        #expect(try await RealtimePeer(daemon).ask(RealtimePeer.upgrade(["X-Twilio-Token: \(short)"])).code == 20104)
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func theDaemonStops() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let conversation = try await daemon.createConversation()
        for identity in ["alice", "bob"] { try await daemon.addChat(identity, to: conversation) }
        let token = try await daemon.mint("alice")
        var peers: [RealtimePeer] = []
        for _ in 0..<5 { peers.append(try await RealtimePeer.subscribed(daemon, token: token)) }
        // One that has said nothing, one in the middle of a frame, one in the middle of an upgrade.
        peers.append(try await RealtimePeer.upgraded(daemon, token: token))
        peers.append(try await RealtimePeer.subscribed(daemon, token: token))
        try await peers.last?.connection.send([0x81, 0xFE])
        let half = try RealtimePeer(daemon)
        try await half.connection.send("GET /v1/realtime HTTP/1.1\r\n")
        _ = try await daemon.say("the end", as: "bob", in: conversation)
        for peer in peers.prefix(5) { try await peer.until(body: "the end") }
        async let code = daemon.terminate()
        for peer in peers {
            #expect(try await peer.untilClosed().last == .close(1001))
            try await peer.send(ClientFrame(opcode: ClientFrame.Opcode.close, payload: [0x03, 0xE9]))
            try await peer.connection.ended()
        }
        #expect(await code == 0, "\(daemon.log.suffix(2000))")
    }

    @Test func theDaemonStopsBesideClientsThatDoNotAnswer() async throws {
        let daemon = RunningDaemon.forClients()
        try await daemon.start()
        defer { daemon.kill() }
        let token = try await daemon.mint("alice")
        var peers: [RealtimePeer] = []
        for _ in 0..<5 { peers.append(try await RealtimePeer.subscribed(daemon, token: token)) }
        // Nobody reads, and nobody answers the close frames.
        #expect(await daemon.terminate() == 0, "\(daemon.log.suffix(2000))")
        for peer in peers { #expect(try await peer.untilClosed().last == .close(1001)) }
    }
}

/// Something that has happened, as seen by tasks beside each other.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isSet: Bool { state.load(ordering: .sequentiallyConsistent) }

    func set() { state.store(true, ordering: .sequentiallyConsistent) }
}
