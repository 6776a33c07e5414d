import ParleyCore
import ParleySMS
import ParleyYAML
import Testing

@Suite struct HTTPSMSGatewayTests {
    /// Answers every request alike, or not at all.
    private struct Canned: HTTPExchange {
        let answer: Result<OutboundAnswer, TransferFailure>

        func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
            guard trust == .operatorChosen, request.url.hasPrefix("https://api.example.com/") else {
                throw TransferFailure(.malformed, mayHaveLeft: false, detail: "an unexpected request")
            }
            return try answer.get()
        }
    }

    private func gateway(_ answer: Result<OutboundAnswer, TransferFailure>) throws -> HTTPSMSGateway {
        let definition = try Example.read()
        return HTTPSMSGateway(
            settings: try Example.settings(definition), name: "carrier", publicURL: "https://parley.example",
            exchange: Canned(answer: answer))
    }

    @Test func itSendsAndSaysWhatBecameOfIt() async throws {
        let accepting = try gateway(.success(OutboundAnswer(status: 201, body: Array(#"{"messages":[{"id":"a"}]}"#.utf8))))
        #expect(await accepting.send(try Example.dispatch(text: "Hi")) == .accepted(["a"]))
        #expect(await accepting.send(try Example.dispatch(text: nil)) == .permanent(Diagnosis(text: "the message has no text")))
        let broken = try gateway(.failure(TransferFailure(.broken, mayHaveLeft: true, detail: "reset")))
        #expect(await broken.send(try Example.dispatch(text: "Hi")) == .unknown(Diagnosis(text: "broken: reset")))
        #expect(accepting.capabilities == Capabilities(receipts: true))
        #expect(accepting.callbacks.inbound == "https://parley.example/adapters/carrier/inbound/new-secret")
    }

    @Test(arguments: [
        ("provider: exampel", "p.yaml:1: provider: unknown value `exampel`; did you mean `example`? (valid: example)"),
        ("credentials: {}", "p.yaml:1: provider: is required"),
        ("provider: example\ncredentials: { account: x }\ncallback_secret: long-enough", "p.yaml:2: credentials: token is required"),
        ("provider: example\ncredentials: { account: x, token: y }", "p.yaml:1: callback_secret: is required by the provider example"),
        (
            "provider: example\ncredentials: { account: x, token: y }\ncallback_secret: short",
            "p.yaml:3: callback_secret: needs at least 8 characters"
        ),
        (
            "provider: example\ncredentials: { account: x, token: y }\ncallback_secret: with/a/slash",
            "p.yaml:3: callback_secret: needs at least"
        ),
        ("provider: example\ncredentials: { acount: x, token: y }", "p.yaml:2: credentials.acount: unknown key; did you mean `account`?"),
        (
            "provider: example\ncredentials: { account: x, token: y }\noptions: { account: z }",
            "p.yaml:3: options.account: is given under credentials already"
        ),
        ("provider: example\noptions: { priority: low }", "p.yaml:2: options.priority: unknown value `low`; valid: normal, high"),
        ("provider: example\nbase_url: https://u:p@api.example.com", "p.yaml:2: base_url: must not hold a user or password"),
        ("provider: example\nbase_url: api.example.com", "p.yaml:2: base_url: expected a URL such as"),
    ])
    func settingsAreChecked(text: String, message: String) throws {
        let problems = SettingsProblems()
        let reader = try SettingsDocument(text: text, file: "p.yaml", problems: problems).mapping()
        _ = HTTPSMSSettings(reader, providers: ["example": try Example.read()])
        reader.finish()
        #expect(problems.all.contains { $0.description.hasPrefix(message) }, "\(problems.all.map(\.description))")
    }
}
