import ParleyCore
import ParleySMS
import Testing

@Suite struct CallbackTests {
    private func interpret(_ request: CallbackRequest) throws -> Interpretation {
        let definition = try Example.read()
        return try definition.interpret(request, settings: Example.settings(definition), at: Instant(milliseconds: 0))
    }

    @Test func oneRequestMayHaveManyEvents() throws {
        let json = """
            {"type":"status","results":[
            {"reference":"r1","messageId":7,"status":"DELIVERED"},
            {"reference":"r2","status":"QUEUED"},
            {"reference":"r3","status":"SNOWED","error":{"code":9,"text":"to +15557770001"}},
            {"messageId":"9","status":"DELIVERED","error":{"code":"0","text":"fine"}},
            {"status":"DELIVERED"},
            17]}
            """
        let result = try interpret(Example.callback(json))
        #expect(result.acknowledgement == Acknowledgement(status: 200, contentType: "application/json", body: "{}"))
        let receipts = result.facts.map { fact -> ReceiptFact? in
            guard case .receipt(var receipt) = fact else { return nil }
            receipt.raw = []
            return receipt
        }
        #expect(
            receipts == [
                ReceiptFact(reference: "r1", carrierID: "7", carrierStatus: "DELIVERED", status: .delivered),
                ReceiptFact(reference: "r2", carrierStatus: "QUEUED", status: nil),
                ReceiptFact(
                    reference: "r3", carrierStatus: "SNOWED", status: nil,
                    diagnosis: Diagnosis(carrierCode: "9", text: ProviderDefinition.unknownStatus)),
                ReceiptFact(
                    carrierID: "9", carrierStatus: "DELIVERED", status: .delivered, diagnosis: Diagnosis(carrierCode: "0", text: "fine")),
                nil, nil,
            ])
    }

    @Test(arguments: [
        ("2026-11-22T10:00:00Z", "+15557770001", "15557770001"), ("2026-11-22T12:00:00.000+02:00", "+15557770001", "0015557770001"),
        ("1795341600000", "+15557770001", "+15557770001"), ("1795341600000", "12345", "12345"), ("1795341600000", "Parley", "Parley"),
    ])
    func inboundIsRead(date: String, sender: String, written: String) throws {
        let json =
            #"{"type":"message","results":[{"id":"m1","from":"\#(written)","to":"15551230001","text":"Grüße \ud83d\udc4b","date":"\#(date)"}]}"#
        // The provider has one URL for everything: either path takes every event.
        for path in CallbackRequest.Path.allCases {
            guard case .message(let fact) = try interpret(Example.callback(json, path: path)).facts.first else {
                Issue.record("no message")
                return
            }
            #expect(fact.identity == "m1")
            #expect(fact.sender == sender)
            #expect(fact.proxy == "+15551230001")
            #expect(fact.text == "Grüße 👋")
            #expect(fact.sentAt == Instant(seconds: 1_795_341_600))
            #expect(fact.problems == [])
        }
    }

    @Test func aTimeNobodyCanReadIsToldAndKeepsNothingBack() throws {
        let json = #"{"type":"message","results":[{"from":"1","to":"2","text":"x","date":"soon"}]}"#
        guard case .message(let fact) = try interpret(Example.callback(json)).facts.first else {
            Issue.record("no message")
            return
        }
        #expect(fact.sentAt == nil)
        #expect(fact.identity == nil)
        #expect(fact.problems == ["`/date` is no time in a known format"])
    }

    @Test(arguments: [
        (#"{"type":"other"}"#, "application/json", "no event of the definition fits"),
        (#"{"type":"stat"#, "application/json", "the body is not JSON"),
        (#"{"type":"status"}"#, "application/json", "there is no list at /results"),
        ("{}", "text/plain", "the body is neither a form nor JSON nor XML"),
        ("", "application/json", "no event of the definition fits"), (#"[[[[{"a":"#, "application/json", "the body is not JSON"),
    ])
    func whatIsAuthenticIsNeverRefused(body: String, type: String, reason: String) throws {
        #expect(try interpret(Example.callback(body, type: type)).facts == [.notUnderstood(reason)])
    }

    @Test func anUnexpectedMethodIsKept() throws {
        var request = Example.callback("{}")
        request.method = "DELETE"
        #expect(try interpret(request).facts == [.notUnderstood("the method DELETE is not expected here")])
    }

    @Test func secretsRotate() throws {
        let json = #"{"type":"other"}"#
        for secret in ["new-secret", "old-secret"] { _ = try interpret(Example.callback(json, secret: secret)) }
        for secret in [nil, "", "new-secre", "new-secrets", "t0ken-value"] {
            #expect(throws: Unauthentic(secret == nil ? "there is no secret" : "the secret is wrong")) {
                try interpret(Example.callback(json, secret: secret))
            }
        }
    }

    @Test func whatIsKeptOfARequestHasNoSecret() throws {
        var request = Example.callback(#"{"type":"message","results":[{"from":"1","to":"2","text":"x"}]}"#)
        request.headers.append(HeaderField("Authorization", "Basic bmV3LXNlY3JldA=="))
        guard case .message(let fact) = try interpret(request).facts.first else {
            Issue.record("no message")
            return
        }
        let raw = String(decoding: fact.raw, as: UTF8.self)
        #expect(raw.hasPrefix("POST /receipts\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"))
        #expect(!raw.contains("secret") && !raw.contains("Basic"))
    }
}
