import Foundation
import ParleyCore
import ParleyMock
import ParleyYAML
import Synchronization
import Testing

/// The mock adapter: it remembers, fails as it is told, and speaks for people.
@Suite struct MockGatewayTests {
    let intake = Taking()

    func gateway(_ settings: MockSettings = MockSettings()) -> MockGateway {
        MockGateway(name: "demo", settings: settings, intake: intake, media: NoMedia(), source: Standing())
    }

    func dispatch() throws -> Dispatch {
        var identifiers = IdentifierStream(seed: 3)
        return Dispatch(
            delivery: identifiers.sid(.delivery), attempt: 1,
            pair: Pair(proxy: try Address("+15550100000"), address: try Address("+15557770001")),
            payload: Payload(
                text: "hello", author: "alice", conversation: identifiers.sid(.conversation), message: identifiers.sid(.message),
                participant: identifiers.sid(.participant), created: Instant(seconds: 1)))
    }

    func control(_ gateway: MockGateway, _ method: String, _ path: String, _ body: String = "") async -> (Int, String) {
        let answer = await gateway.control(ControlRequest(method: method, path: path, body: Array(body.utf8)))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test func remembersWhatItWasAskedToSend() async throws {
        let gateway = gateway()
        guard case .accepted(let ids) = await gateway.send(try dispatch()) else { Issue.record("not accepted"); return }
        let (status, body) = await control(gateway, "GET", "sent")
        #expect(status == 200)
        #expect(body.contains(#""text":"hello""#) && body.contains(#""to":"+15557770001""#) && body.contains(ids[0]))
        #expect(intake.receipts.map(\.carrierID) == ids)
        #expect(intake.receipts.map(\.status) == [.delivered])
    }

    @Test(arguments: MockFault.Kind.allCases)
    func failsAsTold(kind: MockFault.Kind) async throws {
        let gateway = gateway()
        let (status, _) = await control(gateway, "PUT", "faults", #"{"faults":[{"outcome":"\#(kind.rawValue)","after_milliseconds":7}]}"#)
        #expect(status == 200)
        let outcome = await gateway.send(try dispatch())
        switch (kind, outcome) {
        case (.accepted, .accepted), (.temporary, .temporary(.milliseconds(7), _)), (.throttled, .throttled(.milliseconds(7), _)),
            (.permanent, .permanent), (.optedOut, .optedOut), (.misconfigured, .misconfigured), (.unknown, .unknown):
            break
        default: Issue.record("\(kind) gave \(outcome)")
        }
        guard case .accepted = await gateway.send(try dispatch()) else { Issue.record("a fault is for one attempt"); return }
    }

    @Test func speaksForAPerson() async throws {
        let gateway = gateway()
        let (status, body) = await control(
            gateway, "POST", "inbound",
            #"{"from":"+15557770001","to":"+15550100000","text":"hi","id":"1","media":[{"content_type":"image/png","content":"AQI="}]}"#)
        #expect(status == 200)
        #expect(body.contains("held"))
        #expect(intake.facts.map(\.text) == ["hi"])
        #expect(intake.facts.first?.media == [InboundMedia(contentType: "image/png", content: [1, 2])])
    }

    @Test(arguments: [
        ("POST", "inbound", "", 400), ("POST", "inbound", #"{"from":1}"#, 400),
        ("POST", "inbound", #"{"from":"a","to":"b","media":[{"content_type":"x","content":"%%"}]}"#, 400),
        ("PUT", "faults", #"{"faults":[{}]}"#, 400),
        ("POST", "receipts", #"{"id":"x","status":"gone"}"#, 400), ("PATCH", "sent", "", 405), ("GET", "elsewhere", "", 404),
    ])
    func badControls(method: String, path: String, body: String, expected: Int) async {
        #expect(await control(gateway(), method, path, body).0 == expected)
    }

    @Test func settings() throws {
        let problems = SettingsProblems()
        let reader = try SettingsDocument(text: "{ channel: email, receipts: none, media: false }", file: "x", problems: problems).mapping()
        let settings = MockSettings(reading: reader)
        #expect(settings.channel == .email)
        #expect(settings.receipts == nil)
        #expect(settings.capabilities.mediaTypes.isEmpty)
        #expect(problems.isEmpty)
    }

    final class Taking: MockIntake {
        private let state = Mutex<(facts: [InboundFact], receipts: [ReceiptFact])>(([], []))

        var facts: [InboundFact] { state.withLock { $0.facts } }
        var receipts: [ReceiptFact] { state.withLock { $0.receipts } }

        func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict { .unknown }

        func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
            state.withLock { $0.facts += facts }
            return facts.map { _ in .held(reason: "test") }
        }

        func receipt(_ receipt: ReceiptFact, adapter: String) async throws(NotDurable) { state.withLock { $0.receipts.append(receipt) } }
    }

    struct Standing: StampSource {
        func stamp() -> Stamp { Stamp(now: Instant(seconds: 5), identifiers: IdentifierStream(seed: 1)) }
    }

    struct NoMedia: MediaStore {
        func receive() throws(MediaFailure) -> any MediaReception { throw MediaFailure("none") }
        func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] { throw MediaFailure("none") }
        func size(of key: MediaKey) throws(MediaFailure) -> Int? { nil }
        func remove(_ key: MediaKey) throws(MediaFailure) {}
    }
}
