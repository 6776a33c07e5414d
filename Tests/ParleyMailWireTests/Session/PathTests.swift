import ParleyMailWire
import Testing

/// Addresses of MAIL and RCPT, by RFC 5321 §4.1.2.
@Suite struct PathTests {
    /// Path and the address that is asked for; nil is a refusal.
    static let paths: [(String, String?)] = [
        ("<a@b>", "a@b"),
        ("<A.b+c=d@Sub.Example.ORG>", "A.b+c=d@Sub.Example.ORG"),
        ("<Postmaster>", "Postmaster"),
        ("<@one.example,@two.example:a@b>", "a@b"),
        ("<\"a b\"@c>", "\"a b\"@c"),
        ("<\"a\\\"b\"@c>", "\"a\\\"b\"@c"),
        ("<\"plain\"@c>", "plain@c"),
        ("<\"\"@c>", "\"\"@c"),
        ("<a@[192.0.2.1]>", "a@[192.0.2.1]"),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"),
        ("<a@[IPv6:::1]>", "a@[IPv6:::1]"),
        ("<a@[IPv6:::ffff:192.0.2.1]>", "a@[IPv6:::ffff:192.0.2.1]"),
        ("<a@[IPv6:1:2:3:4:5:6:7:8]>", "a@[IPv6:1:2:3:4:5:6:7:8]"),
        ("<" + String(repeating: "l", count: 64) + "@b>", String(repeating: "l", count: 64) + "@b"),
        ("<" + String(repeating: "l", count: 65) + "@b>", nil),
        ("<a@" + String(repeating: "d", count: 63) + ".org>", "a@" + String(repeating: "d", count: 63) + ".org"),
        ("<a@" + String(repeating: "d", count: 64) + ".org>", nil),
        ("<a@" + String(repeating: "d.", count: 130) + "org>", nil),
        ("<a@[256.0.2.1]>", nil), ("<a@[1.2.3]>", nil), ("<a@[IPv6:1::2::3]>", nil), ("<a@[IPv6:1:2]>", nil), ("<a@[IPv6::1:2]>", nil),
        ("<a@[IPv6:12345::]>", nil), ("<a@[x-tag:y]>", nil), ("<a@[]>", nil), ("<a@[1.2.3.4>", nil),
        ("<.a@b>", nil), ("<a.@b>", nil), ("<a..b@c>", nil), ("<a@b..c>", nil), ("<a@-b>", nil), ("<a@b->", nil), ("<a@b.>", nil),
        ("<a@b_c>", nil), ("<a@>", nil), ("<@b>", nil), ("<a>", nil), ("<a@b@c>", nil), ("<a b@c>", nil), ("<a@b", nil), ("a@b>", nil),
        ("<\"a@b>", nil), ("<\"a\"b@c>", nil), ("<\"a\\", nil), ("<@one:a>", nil), ("<@one,a@b>", nil), ("<ä@b>", nil), ("<a@ä>", nil),
        ("<<a@b>>", nil), ("", nil), ("<", nil), ("<a@b>x", nil),
    ]

    @Test(arguments: paths) func recipient(_ path: String, _ address: String?) {
        var dialogue = Dialogue()
        dialogue.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:\(path)\r\n")
        let asked = dialogue.transcript.last { $0.hasPrefix("? ") }.map { String($0.dropFirst(2)) }
        #expect(asked == address)
        if address == nil { #expect(["501 5.1.3", "501 5.5.4"].contains(dialogue.codes.last)) }
    }

    @Test(arguments: paths) func sender(_ path: String, _ address: String?) {
        var dialogue = Dialogue()
        dialogue.say("EHLO x\r\nMAIL FROM:\(path)\r\nRCPT TO:<a@b>\r\nDATA\r\n.\r\n")
        let isValid = address != nil && address != "Postmaster"
        #expect(dialogue.envelopes.first?.sender?.description == (isValid ? address : nil))
        #expect(dialogue.envelopes.isEmpty != isValid)
    }
}
