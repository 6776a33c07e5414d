import ParleyCore
import Testing

/// Tokens and Message-IDs are recognised when they are ours and only then.
@Suite struct MailSignerTests {
    let signer = MailSigner(keys: [Array("new".utf8), Array("old".utf8)])

    @Test func tokenRoundTrip() throws {
        let proxy = try Address("support@in.example")
        var identifiers = IdentifierStream(seed: 7)
        for _ in 0..<50 {
            let participant = identifiers.sid(.participant)
            let token = signer.replyToken(for: participant, proxy: proxy)
            #expect(token.utf8.count == 39)
            #expect(signer.participant(ofToken: token.uppercased(), proxy: proxy) == participant)
            #expect(try signer.participant(ofToken: token, proxy: Address("sales@in.example")) == nil)
            let forged = String(token.dropLast()) + (token.hasSuffix("a") ? "b" : "a")
            #expect(MailSigner.hasTokenForm(forged))
            #expect(signer.participant(ofToken: forged, proxy: proxy) == nil)
        }
    }

    @Test func anAddressIsTakenApart() throws {
        let token = signer.replyToken(for: SID(.participant, high: 1, low: 2), proxy: try Address("support@in.example"))
        for separator in ["+", "-", "="] {
            let parts = try #require(MailSigner.parts(of: try Address("Support\(separator)\(token)@in.example")))
            #expect(parts.bare.text == "support@in.example" && parts.token == token)
        }
        for other in ["support@in.example", "support+\(token.dropLast())@in.example", "+15551230001", "+\(token)@in.example"] {
            let parts = MailSigner.parts(of: try Address(other))
            #expect(parts?.token == nil, "\(other)")
        }
    }

    @Test func oldKeysVerify() throws {
        let proxy = try Address("support@in.example")
        var identifiers = IdentifierStream(seed: 8)
        let participant = identifiers.sid(.participant)
        let old = MailSigner(keys: [Array("old".utf8)])
        #expect(signer.participant(ofToken: old.replyToken(for: participant, proxy: proxy), proxy: proxy) == participant)
    }

    @Test func messageIDs() throws {
        var identifiers = IdentifierStream(seed: 9)
        let delivery = identifiers.sid(.delivery)
        let id = signer.messageID(of: delivery, domain: "in.example")
        #expect(signer.delivery(ofMessageID: id) == delivery)
        #expect(signer.delivery(ofMessageID: "x" + id.dropFirst()) == nil)
        #expect(signer.delivery(ofMessageID: id + "x") == nil)
    }
}
