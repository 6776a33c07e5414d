import Foundation
import ParleyBroker
import ParleyCore
import Testing

/// Signatures, checked as a receiver would.
@Suite struct SignatureTests {
    static let form = [
        HookParameter("Digits", "1234"), HookParameter("To", "+18005551212"), HookParameter("From", "+14158675309"),
        HookParameter("Caller", "+14158675309"), HookParameter("CallSid", "CA1234567890ABCDE"),
    ]

    /// The vector of the contract (contract: REST §6).
    @Test func knownVector() {
        let signer = WebhookSigner(authToken: "12345")
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2"
        #expect(signer.contractSignature(url: url, form: Self.form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(signer.contractSignature(url: url, form: Self.form.reversed()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(signer.contractSignature(url: url, form: Self.form + [Self.form[0]]) == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(WebhookSigner(authToken: "12346").contractSignature(url: url, form: Self.form) != "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        #expect(!"\(signer)".contains("12345"))
    }

    /// Computed with openssl dgst -sha256 -hmac.
    @Test func ownSignature() {
        let signer = WebhookSigner(authToken: "12345")
        let signature = signer.signature(
            at: Instant(seconds: 1_700_000_000), method: "POST", url: "https://example.com/hook", body: Array("a=1".utf8))
        #expect(signature == "t=1700000000,v1=bcae7af0fdf0a78928102ba8cea6ab13e38aeedaeafbe4497e526190f03ef324")
    }

    @Test func aPostIsSignedFreshForEachAttemptAndKeepsItsToken() async throws {
        let receiver = Receiver(Receiver.answer(503))
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://hook.example/x?key=1", [.onConversationAdded])
        _ = try await installed.conversation("room")
        try await installed.post(to: receiver)
        installed.clock.advance(.seconds(2))
        receiver.reply(Receiver.answer(204))
        try await installed.post(to: receiver)
        let calls = receiver.calls
        #expect(calls.count == 2)
        let signer = WebhookSigner(authToken: Installed.token)
        for call in calls {
            #expect(call.request.method == "POST")
            #expect(call.header("Content-Type")?.hasPrefix("application/x-www-form-urlencoded") == true)
            #expect(call.header("X-Twilio-Signature") == signer.contractSignature(url: call.url, form: call.form))
            let time = try #require(call.header("X-Parley-Signature")?.split(separator: ",").first?.dropFirst(2))
            let at = Instant(seconds: try #require(Int64(time)))
            #expect(
                call.header("X-Parley-Signature")
                    == signer.signature(at: at, method: "POST", url: call.url, body: call.request.body ?? []))
            #expect(call.trust == .strangerChosen)
            #expect(call.request.timeout == .seconds(5))
        }
        #expect(calls[0].header("X-Parley-Signature") != calls[1].header("X-Parley-Signature"))
        for name in ["X-Parley-Delivery", "Idempotency-Key", "I-Twilio-Idempotency-Token"] {
            #expect(calls[0].header(name) != nil && calls[0].header(name) == calls[1].header(name))
        }
        #expect(calls.map { $0["RetryCount"] } == ["0", "1"])
    }

    @Test func aGetCarriesTheParametersInItsQueryAndSignsTheURLAlone() async throws {
        let receiver = Receiver()
        let installed = try await Installed.hooked(receiver)
        try await installed.configure(post: "https://hook.example?key=1", method: .get, [.onConversationAdded])
        _ = try await installed.conversation("rööm & more")
        try await installed.post(to: receiver)
        let call = try #require(receiver.calls.first)
        #expect(call.request.method == "GET" && call.request.body == nil)
        #expect(call.url.hasPrefix("https://hook.example/?key=1&AccountSid=\(Installed.account)&EventType=onConversationAdded&"))
        #expect(call["FriendlyName"] == "rööm & more")
        #expect(call.header("X-Twilio-Signature") == WebhookSigner(authToken: Installed.token).contractSignature(url: call.url, form: []))
    }

    @Test(arguments: [
        "", "x", "/path", "ftp://example.com/", "https://", "https:///path", "https://user@example.com/", "https://a:b@example.com/",
        "https://example.com/\r\nX: y", "https://example.com/a b", "https://example.com/ö", "https://example.com/#x",
        "https://example.com:0/",
        "https://example.com:99999/", "https://example.com\\@evil.example/", "https://example.com/" + String(repeating: "a", count: 2048),
    ])
    func badURLs(url: String) { #expect(WebhookURL.problem(with: url) != nil) }

    @Test(arguments: [
        "https://example.com", "http://example.com:8080/a?b=c&d=e@f", "HTTPS://EXAMPLE.com/", "http://[::1]:80/x", "http://10.0.0.1/",
    ])
    func goodURLs(url: String) { #expect(WebhookURL.problem(with: url) == nil) }
}
