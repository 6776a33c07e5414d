import Testing

@testable import ParleyTransfer

@Suite struct EnvelopeAddressTests {
    @Test(
        arguments: [
            "a@b", "a.b+tag@x.test", "a..b.@x.test", "!#$%&'*+-/=?^_`{|}~@x.test", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]",
            "a@xn--bcher-kva.test",
            "A_B@a_b.test", String(repeating: "a", count: 200) + "@" + String(repeating: "b.", count: 26) + "c",
        ])
    func isSendable(address: String) { #expect(EnvelopeAddress.isSendable(address)) }

    @Test(
        arguments: [
            "", "a", "@", "a@", "@b", "a@b@c", "<a@b>", "a@b>", "a@b> NOTIFY=SUCCESS", "a@b\r\nRSET", "a@b\n", "a@b\0", "a b@c", "a@b c",
            "\"a\"@b",
            "\"a b\"@c", "a\\@b", "a,b@c", "a:b@c", "a;b@c", "(a)@b", "a@b.", "a@.b", "a@b..c", "a@-b", "a@b-", "a@[]", "a@[1.2.3.4",
            "a@[1.2.3.4]]",
            "a@[1 2]", "\u{e9}@x.test", "a@b\u{fc}cher.test", "a\u{7f}@b", "a@" + String(repeating: "b", count: 64),
            String(repeating: "a", count: 201) + "@" + String(repeating: "b.", count: 26) + "c",
        ])
    func isNotSendable(address: String) { #expect(!EnvelopeAddress.isSendable(address)) }
}
