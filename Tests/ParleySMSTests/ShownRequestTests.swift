import ParleyCore
import ParleySMS
import Testing

/// A request as an operator sees it: all of it, and no secret however it is written there.
@Suite struct ShownRequestTests {
    private struct Nowhere: HTTPExchange {
        func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
            throw TransferFailure(.malformed, mayHaveLeft: false, detail: "nothing is to be sent")
        }
    }

    private func gateway(_ definition: ProviderDefinition, _ settings: String = Example.settings) throws -> HTTPSMSGateway {
        HTTPSMSGateway(
            settings: try Example.settings(definition, settings), name: "carrier", publicURL: "https://parley.example", exchange: Nowhere())
    }

    @Test func everythingButTheSecretsIsThere() throws {
        let shown = try gateway(Example.read()).shown(Example.dispatch(text: "Say \"hi\""))
        let request = try #require(shown.first)
        #expect(shown.count == 1 && request.method == "POST" && request.url == "https://api.example.com/v1/EX%2F1/messages")
        #expect(request.headers == [HeaderField("Authorization", "Bearer ***"), HeaderField("Content-Type", "application/json")])
        let body = try #require(request.body)
        #expect(body.contains(#""to":["+15557770001"],"text":"Say \"hi\"""#), "\(body)")
        #expect(body.hasSuffix(#""callback":"https://parley.example/adapters/carrier/receipts/***"}"#), "\(body)")
    }

    @Test func aTextInSeveralRequestsIsShownInSeveral() throws {
        let shown = try gateway(Example.read()).shown(Example.dispatch(text: "one two three four five six seven"))
        #expect(shown.count > 1 && shown.allSatisfy { $0.body?.contains("/\(shown.count)) ") == true })
    }

    /// What a request has of a secret that cannot stand there as it is.
    @Test(arguments: [
        (#"json: { token: "{{settings.token}}" }"#, #"{"token":"***"}"#),
        (#"xml: { message: { token: "{{settings.token}}" } }"#, "<message><token>***</token></message>"),
        (#"form: { token: "{{settings.token}}" }"#, "token=***"),
        (#"form: { data: { json: { token: "{{settings.token}}" } } }"#, "data=%7B%22token%22%3A%22***%22%7D"),
        (#"multipart: { token: "{{settings.token}}" }"#, "name=\"token\"\r\n\r\n***\r\n"),
        (#"body: { content_type: text/plain, text: "{{settings.token}}" }"#, "***"),
    ])
    func aSecretIsHiddenHoweverItIsWritten(body: String, shown: String) throws {
        let rest = #"    query: { p: "{{settings.priority}}", q: "{{settings.pool}}" }"#
        let definition = try Example.read(Example.definition(requesting: "\(rest)\n    \(body)\n"))
        let settings = #"credentials: { account: "EX/1", token: 'a"b&<c\d/é' }"# + "\ncallback_secret: new-secret\n"
        let request = try #require(try gateway(definition, settings).shown(Example.dispatch(text: "Hi")).first)
        let text = try #require(request.body)
        #expect(text.contains(shown), "\(text)")
        #expect(!text.contains("a\"b") && !text.contains("%22b%26") && !text.contains("c\\d"), "\(text)")
        #expect(request.headers.first == HeaderField("Authorization", "Bearer ***"))
    }

    @Test func basicCredentialsAreHidden() throws {
        let text = Example.definition.replacing(
            #"headers: { Authorization: "Bearer {{settings.token}}" }"#,
            with: #"auth: { basic: { user: "{{settings.account}}", password: "{{settings.token}}" } }"#)
        let request = try #require(try gateway(Example.read(text)).shown(Example.dispatch(text: "Hi")).first)
        #expect(request.headers.contains(HeaderField("Authorization", "Basic ***")))
    }

    @Test func bytesThatAreNoTextAreEscaped() throws {
        let rest = #"    query: { p: "{{settings.priority}}", q: "{{settings.pool}}" }"#
        let body = #"    body: { content_type: application/octet-stream, text: "{{text.utf16be}}" }"#
        let definition = try Example.read(Example.definition(requesting: "\(rest)\n\(body)\n"))
        #expect(try gateway(definition).shown(Example.dispatch(text: "aé")).first?.body == #"\x00a\x00\xE9"#)
    }

    @Test func whatCannotBeSentIsSaid() throws {
        let gateway = try gateway(Example.read())
        let problem = #expect(throws: RenderProblem.self) { try gateway.shown(Example.dispatch(text: "Hi", to: "12345")) }
        #expect(problem?.message == "the provider takes no recipient of this kind")
    }
}
