import Testing

@testable import ParleyTransfer

@Suite struct SMTPReplyTests {
    @Test(
        arguments: [
            ("250 2.1.5 Ok", SMTPReply(code: 250, enhanced: "2.1.5", text: "Ok")),
            ("250", SMTPReply(code: 250, text: "")),
            ("250 ", SMTPReply(code: 250, text: "")),
            ("550 5.1.1", SMTPReply(code: 550, enhanced: "5.1.1", text: "")),
            ("550 No such user", SMTPReply(code: 550, text: "No such user")),
            ("550 4.1.1 of another class", SMTPReply(code: 550, text: "4.1.1 of another class")),
            ("550 5.1 x", SMTPReply(code: 550, text: "5.1 x")),
            ("550 5.1.1234 x", SMTPReply(code: 550, text: "5.1.1234 x")),
            ("550 5..1 x", SMTPReply(code: 550, text: "5..1 x")),
            (
                "550-5.1.1 The account\n550-5.1.1 does not\n550 5.1.1 exist",
                SMTPReply(code: 550, enhanced: "5.1.1", text: "The account does not exist")
            ),
            ("250-first\n250", SMTPReply(code: 250, text: "first")),
            ("451 a\u{1b}[31mb", SMTPReply(code: 451, text: "a [31mb")),
        ])
    func oneReply(lines: String, expected: SMTPReply) { #expect(SMTPReply.replies(split(lines)) == [expected]) }

    @Test(arguments: ["", "25", "abc", "2500 x", "250x", "25\u{b2} x", " 250 x", "250-never ended"])
    func noReply(lines: String) { #expect(SMTPReply.replies(split(lines)).isEmpty) }

    @Test func severalReplies() {
        let replies = SMTPReply.replies(split("220 hi\n250-relay\n250-SIZE 1\n250 HELP\n250 2.1.0 Ok\n550-a\n450 b\n354 go"))
        #expect(replies.map(\.code) == [220, 250, 250, 450, 354])
        #expect(replies[1].text == "relay SIZE 1 HELP")
        #expect(replies[3].text == "b")
    }

    @Test(
        arguments: [
            ("250 2.0.0 Ok: queued as 4XyZ12abcDz", "4XyZ12abcDz"),
            ("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 1A2B3C", "1A2B3C"),
            ("250 Ok: queued as <1A2B@x>.", "1A2B@x"), ("250 OK id=1rXyZa-0001Ab-2C", "1rXyZa-0001Ab-2C"),
            ("250 2.0.0 41A0B1C2 Message accepted for delivery", "41A0B1C2"), ("250 Ok 0100018c-1a2b-000000", "0100018c-1a2b-000000"),
            ("250 2.0.0 Ok: 77aa", "77aa"), ("250 2.0.0 Ok", nil), ("250 Ok queued", nil), ("250 Queued as", nil), ("250 id=", nil),
            ("250 Message accepted", nil), ("550 5.0.0 rejected, was queued as 1A2B", nil), ("250", nil),
        ])
    func queueID(line: String, expected: String?) { #expect(SMTPReply.replies(split(line)).first?.queueID == expected) }

    private func split(_ lines: String) -> [[UInt8]] {
        lines.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }
}
