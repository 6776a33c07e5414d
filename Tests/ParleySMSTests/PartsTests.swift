import ParleyCore
import ParleySMS
import Synchronization
import Testing

/// Texts that leave in several requests.
@Suite struct PartsTests {
    /// Answers one request after the other, and keeps what was asked.
    private final class Script: HTTPExchange {
        private let state: Mutex<(answers: [Result<OutboundAnswer, TransferFailure>], bodies: [String])>

        init(_ answers: [Result<OutboundAnswer, TransferFailure>]) { state = Mutex((answers, [])) }

        var bodies: [String] { state.withLock { $0.bodies } }

        func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
            let answer = state.withLock { state in
                state.bodies.append(String(decoding: request.body ?? [], as: UTF8.self))
                return state.answers.isEmpty ? nil : state.answers.removeFirst()
            }
            guard let answer else { throw TransferFailure(.unreachable, mayHaveLeft: false, detail: "the script is over") }
            return try answer.get()
        }
    }

    private static func taken(_ id: String?) -> Result<OutboundAnswer, TransferFailure> {
        .success(OutboundAnswer(status: 201, body: Array((id.map { #"{"messages":[{"id":"\#($0)"}]}"# } ?? "{}").utf8)))
    }

    private static let busy = Result<OutboundAnswer, TransferFailure>.success(OutboundAnswer(status: 503))

    private func send(
        _ text: String, _ script: Script, partsTaken: [Int] = [], segmentsMax: Int? = nil, definition yaml: String = Example.definition
    ) async throws -> Outcome {
        let definition = try Example.read(yaml)
        let gateway = HTTPSMSGateway(
            settings: try Example.settings(definition), name: "carrier", publicURL: "https://parley.example", exchange: script)
        return await gateway.send(try Example.dispatch(text: text, partsTaken: partsTaken, segmentsMax: segmentsMax))
    }

    /// The definition takes twenty characters a message.
    private static let long = "The quick brown fox jumps over"

    @Test func aLongTextLeavesAsNumberedMessages() async throws {
        let script = Script([Self.taken("a"), Self.taken("b"), Self.taken("c")])
        #expect(try await send(Self.long, script) == .partly(ids: [0: "a", 1: "b", 2: "c"], missing: [], then: .accepted([])))
        let texts = script.bodies.compactMap { $0.firstMatch(of: /"text":"([^"]*)"/).map { String($0.1) } }
        #expect(texts == ["(1/3) The quick ", "(2/3) brown fox ", "(3/3) jumps over"])
        let references = script.bodies.compactMap { $0.firstMatch(of: /"reference":"([^"]*)"/).map { String($0.1) } }
        let delivery = SID(.delivery, high: 1, low: 2)
        #expect(references == ["\(delivery)-1-0", "\(delivery)-1-1", "\(delivery)-1-2"])
        #expect(references.map { Dispatch.part(fromReference: $0) } == [0, 1, 2])
        #expect(references.allSatisfy { Dispatch.attempt(fromReference: $0) == 1 && Dispatch.delivery(fromReference: $0) == delivery })
    }

    /// What was taken is not sent again, whatever became of the rest.
    @Test func onlyTheMissingPartsAreRepeated() async throws {
        let first = Script([Self.taken("a"), Self.busy])
        #expect(
            try await send(Self.long, first)
                == .partly(ids: [0: "a"], missing: [1, 2], then: .temporary(after: nil, Diagnosis(text: "HTTP 503"))))
        #expect(first.bodies.count == 2, "after a failure nothing follows: parts would overtake each other")
        let second = Script([Self.taken("b"), Self.taken("c")])
        #expect(
            try await send(Self.long, second, partsTaken: [0])
                == .partly(ids: [1: "b", 2: "c"], missing: [], then: .accepted([])))
        #expect(second.bodies.count == 2 && second.bodies[0].contains("(2/3)"))
    }

    @Test func theFirstPartDecidesAlone() async throws {
        #expect(
            try await send(Self.long, Script([Self.busy]))
                == .partly(ids: [:], missing: [0, 1, 2], then: .temporary(after: nil, Diagnosis(text: "HTTP 503"))))
        let refused = Script([Self.taken("a"), .success(OutboundAnswer(status: 400))])
        #expect(
            try await send(Self.long, refused)
                == .partly(ids: [0: "a"], missing: [1, 2], then: .permanent(Diagnosis(text: "HTTP 400"))))
    }

    /// Parts that left under another limit cannot be told apart from those of this one.
    @Test func anotherCutSendsNothing() async throws {
        let script = Script([])
        let outcome = try await send(Self.long, script, partsTaken: [0, 3])
        guard case .permanent = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(script.bodies.isEmpty)
    }

    /// A part that the provider gives no id is remembered all the same.
    @Test func partsWithoutIDs() async throws {
        let delivery = SID(.delivery, high: 1, low: 2)
        #expect(
            try await send(Self.long, Script([Self.taken(nil), Self.busy]))
                == .partly(ids: [0: "\(delivery)-part-0"], missing: [1, 2], then: .temporary(after: nil, Diagnosis(text: "HTTP 503"))))
    }

    /// The definition for a provider that takes parts with their header.
    private static func cutting(_ longest: String) throws -> String {
        try Example.definition(
            requesting: """
                    json:
                      text: "{{text}}"
                      udh: "{{part.udh_hex}}"
                      n: "{{part.number}}/{{part.total}} of {{part.reference}}"
                      q: ["{{settings.priority}}", "{{settings.pool}}"]

                """
        ).replacing("longest: 20 characters, splitting: provider", with: "longest: \(longest), splitting: gateway")
    }

    @Test func theGatewayCutsWhereTheProviderDoesNot() async throws {
        let yaml = try Self.cutting("2 segments")
        let text = String(repeating: "a", count: 200)
        let script = Script([Self.taken("a"), Self.taken("b")])
        #expect(try await send(text, script, definition: yaml) == .partly(ids: [0: "a", 1: "b"], missing: [], then: .accepted([])))
        let texts = script.bodies.compactMap { $0.firstMatch(of: /"text":"([^"]*)"/).map { String($0.1) } }
        #expect(texts.joined() == text && texts.map(\.count) == [153, 47])
        let headers = script.bodies.compactMap { $0.firstMatch(of: /"udh":"050003(..)(....)"/).map { [String($0.1), String($0.2)] } }
        #expect(headers.map { $0[1] } == ["0201", "0202"] && headers[0][0] == headers[1][0])
        let single = Script([Self.taken("a")])
        _ = try await send("short", single, definition: yaml)
        #expect(single.bodies[0].contains(#""udh":"","n":"1/1 of"#))
        let tooLong = try await send(String(repeating: "a", count: 400), Script([]), definition: yaml)
        #expect(tooLong == .permanent(Diagnosis(text: "the text is longer than the provider takes (2 segments)")))
    }

    private static func texts(_ script: Script) -> [String] {
        script.bodies.compactMap { $0.firstMatch(of: /"text":"([^"]*)"/).map { String($0.1) } }
    }

    /// Of the provider's limit and the one of the settings the smaller counts.
    @Test(
        arguments: [
            ("10 segments", 1, ["(1/2) " + String(repeating: "a", count: 154), "(2/2) " + String(repeating: "a", count: 46)]),
            ("10 segments", 2, [String(repeating: "a", count: 200)]), ("10 segments", nil, [String(repeating: "a", count: 200)]),
            (
                "120 characters", 1,
                ["(1/2) " + String(repeating: "a", count: 114), "(2/2) " + String(repeating: "a", count: 86)]
            ),
            ("1 segments", 6, ["(1/2) " + String(repeating: "a", count: 154), "(2/2) " + String(repeating: "a", count: 46)]),
        ] as [(String, Int?, [String])])
    func theSettingsLimitAMessage(longest: String, segmentsMax: Int?, texts: [String]) async throws {
        let yaml = Example.definition.replacing("longest: 20 characters", with: "longest: \(longest)")
        let script = Script([Self.taken("a"), Self.taken("b")])
        _ = try await send(String(repeating: "a", count: 200), script, segmentsMax: segmentsMax, definition: yaml)
        #expect(Self.texts(script) == texts)
    }

    /// Numbered messages, each in parts of its own.
    @Test func theGatewayCutsMessagesThatTheSettingsLimit() async throws {
        let script = Script(["a", "b", "c", "d", "e"].map { Self.taken($0) })
        let outcome = try await send(
            String(repeating: "a", count: 700), script, segmentsMax: 2, definition: try Self.cutting("10 segments"))
        #expect(outcome == .partly(ids: [0: "a", 1: "b", 2: "c", 3: "d", 4: "e"], missing: [], then: .accepted([])))
        #expect(Self.texts(script).map(\.count) == [153, 153, 153, 153, 106])
        #expect(Self.texts(script).map { $0.prefix(6) } == ["(1/3) ", "aaaaaa", "(2/3) ", "aaaaaa", "(3/3) "])
        let headers = script.bodies.compactMap { $0.firstMatch(of: /"udh":"050003(..)(....)"/).map { [String($0.1), String($0.2)] } }
        #expect(headers.map { $0[1] } == ["0201", "0202", "0201", "0202"])
        #expect(headers[0][0] == headers[1][0] && headers[2][0] == headers[3][0] && headers[0][0] != headers[2][0])
    }

    @Test func whatTheProviderTakesLimitsMessagesToo() async throws {
        let script = Script([Self.taken("a"), Self.taken("b"), Self.taken("c")])
        _ = try await send(String(repeating: "a", count: 400), script, segmentsMax: 6, definition: try Self.cutting("2 segments"))
        #expect(Self.texts(script).map(\.count) == [153, 153, 106])
        // In one message it is what it was without the setting.
        let single = Script([Self.taken("a"), Self.taken("b")])
        _ = try await send(String(repeating: "a", count: 200), single, segmentsMax: 6, definition: try Self.cutting("2 segments"))
        #expect(Self.texts(single).map(\.count) == [153, 47])
    }

    /// More parts than one message may have are not believed to be of one delivery.
    @Test func allMessagesTogetherHaveTheirLimit() async throws {
        let script = Script([])
        let outcome = try await send(
            String(repeating: "a", count: 153 * 256), script, segmentsMax: 6, definition: try Self.cutting("10 segments"))
        #expect(outcome == .permanent(Diagnosis(text: "the text is longer than the provider takes (10 segments)")))
        #expect(script.bodies.isEmpty)
    }
}
