import ParleyMailWire
import Testing

/// Each verb in and out of sequence. The codes start after banner and EHLO.
@Suite struct VerbTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let said: String
        let codes: [String]
        var testDescription: String { said.debugDescription }

        init(_ said: String, _ codes: String...) {
            self.said = said
            self.codes = codes
        }
    }

    static let greeted: [Case] = [
        Case("NOOP\r\nNOOP with words\r\nnoop\r\n", "250 2.0.0", "250 2.0.0", "250 2.0.0"),
        Case("RSET\r\nRSET x\r\n", "250 2.0.0", "501 5.5.4"),
        Case("QUIT\r\nNOOP\r\n", "221 2.0.0", "close"),
        Case("QUIT now\r\n", "501 5.5.4"),
        Case(
            "VRFY a\r\nEXPN a\r\nHELP\r\nAUTH PLAIN AAAA\r\nSTARTTLS\r\n", "252 2.0.0", "502 5.5.1", "214 2.0.0", "502 5.5.1", "502 5.5.1"),
        Case("WHAT\r\n\r\n \r\n", "500 5.5.2", "500 5.5.2", "500 5.5.2"),
        Case("BDAT 20 LAST\r\nMAIL FROM:<a@b>\r\n", "502 5.5.1", "close"),
        Case("POST / HTTP/1.1\r\nHost: x\r\n\r\n", "502 5.5.1", "close"),
        Case("HELO client\r\nHELO\r\nEHLO a b\r\n", "250", "501 5.5.4", "501 5.5.4"),
        Case("RCPT TO:<a@b>\r\nDATA\r\n", "503 5.5.1", "503 5.5.1"),
        Case("MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", "250 2.1.0", "503 5.5.1"),
        Case("MAIL FROM:<a@b>\r\nDATA\r\n", "250 2.1.0", "554 5.5.1"),
        Case("MAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<a@b>\r\n", "250 2.1.0", "250 2.0.0", "503 5.5.1"),
        Case("MAIL FROM:<a@b>\r\nEHLO again\r\nRCPT TO:<a@b>\r\n", "250 2.1.0", "250", "250", "250", "250", "250", "503 5.5.1"),
        Case("mail from: <a@b> size=10 BODY=8bitmime\r\n", "250 2.1.0"),
        Case("MAIL\r\nMAIL a@b\r\nMAIL TO:<a@b>\r\n", "501 5.5.4", "501 5.5.4", "501 5.5.4"),
        Case("MAIL FROM:<a@b> SIZE=1001\r\n", "552 5.3.4"),
        Case("MAIL FROM:<a@b> SIZE=99999999999999999999\r\n", "552 5.3.4"),
        Case("MAIL FROM:<a@b> SIZE=\r\nMAIL FROM:<a@b> SIZE=x\r\nMAIL FROM:<a@b> SIZE=-1\r\n", "501 5.5.4", "501 5.5.4", "501 5.5.4"),
        Case("MAIL FROM:<a@b> SIZE=1 SIZE=1\r\n", "501 5.5.4"),
        Case("MAIL FROM:<a@b> BODY=BINARYMIME\r\nMAIL FROM:<a@b>BODY=7BIT\r\n", "501 5.5.4", "501 5.5.4"),
        Case("MAIL FROM:<a@b> SMTPUTF8\r\nMAIL FROM:<a@b> RET=FULL\r\n", "555 5.5.4", "555 5.5.4"),
        Case("MAIL FROM:<postmaster>\r\nMAIL FROM:<a@b\r\nMAIL FROM:a@b\r\n", "501 5.1.7", "501 5.1.7", "501 5.1.7"),
        Case("MAIL FROM:<>\r\nRCPT TO:<postmaster>\r\n", "250 2.1.0", "? postmaster", "250 2.1.5"),
        Case("MAIL FROM:<>\r\nRCPT TO:<>\r\nRCPT TO:<x>\r\n", "250 2.1.0", "501 5.1.3", "501 5.1.3"),
        Case("MAIL FROM:<>\r\nRCPT TO:<a@b> NOTIFY=NEVER\r\nRCPT FROM:<a@b>\r\n", "250 2.1.0", "555 5.5.4", "501 5.5.4"),
        Case(
            "MAIL FROM:<>\r\nRCPT TO:<nobody@b>\r\nRCPT TO:<later@b>\r\nDATA\r\n", "250 2.1.0", "? nobody@b", "550 5.1.1", "? later@b",
            "451 4.3.0", "554 5.5.1"),
        Case(
            "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\n", "250 2.1.0", "? a@b", "250 2.1.5", "? c@b", "250 2.1.5",
            "452 4.5.3"),
        Case("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA now\r\n", "250 2.1.0", "? a@b", "250 2.1.5", "501 5.5.4"),
        Case(
            "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nx\r\n.\r\nRCPT TO:<a@b>\r\n", "250 2.1.0", "? a@b", "250 2.1.5", "354", "!",
            "250 2.0.0", "503 5.5.1"),
        Case(String(repeating: "x", count: 553) + "\r\nNOOP\r\n", "500 5.5.2", "250 2.0.0"),
        Case(String(repeating: "x", count: 554) + "\r\nNOOP\r\n", "500 5.5.6", "250 2.0.0"),
        Case("NOOP\0\r\n", "500 5.5.2"),
        Case("NOOP\nNOOP\r\n", "521 5.5.2", "close"),
        Case("NOOP\rNOOP\r\n", "521 5.5.2", "close"),
        Case("NOOP\r\r\n", "521 5.5.2", "close"),
    ]

    static var configuration: SMTPSessionConfiguration { SMTPSessionConfiguration(hostname: "mx.example", sizeMax: 1000, recipientsMax: 2) }

    @Test(arguments: greeted) func afterEHLO(_ example: Case) {
        var dialogue = Dialogue(Self.configuration)
        dialogue.say("EHLO client\r\n")
        let start = dialogue.codes.count
        dialogue.say(example.said)
        #expect(dialogue.codes[start...] == example.codes[...])
    }

    @Test(arguments: greeted) func byteByByteEqualsWhole(_ example: Case) {
        var whole = Dialogue(Self.configuration)
        whole.say("EHLO client\r\n" + example.said)
        for size in 1...7 {
            var cut = Dialogue(Self.configuration)
            cut.say("EHLO client\r\n" + example.said, readsOf: size)
            #expect(cut.transcript == whole.transcript)
        }
    }

    @Test func greetsAndListsExtensions() {
        var dialogue = Dialogue(Self.configuration)
        dialogue.say("EHLO client\r\n")
        #expect(
            dialogue.transcript == [
                "220 mx.example ESMTP", "250-mx.example", "250-SIZE 1000", "250-8BITMIME", "250-PIPELINING", "250 ENHANCEDSTATUSCODES",
            ])
    }

    @Test func mailNeedsAnIntroduction() {
        var dialogue = Dialogue()
        dialogue.say("MAIL FROM:<a@b>\r\nHELO x\r\nMAIL FROM:<a@b>\r\n")
        #expect(dialogue.codes == ["220", "503 5.5.1", "250", "250 2.1.0"])
    }

    @Test func clientThatSpeaksFirstIsRefused() {
        var session = SMTPServerSession(configuration: .init(hostname: "mx.example"))
        let events = session.receive(Array("EHLO x\r\n".utf8))
        #expect(events == [.reply(SMTPReply(554, "5.5.1", "Wait for the banner")), .close])
        #expect(session.open().isEmpty)
        #expect(session.receive([0x0D]).isEmpty)
        #expect(session.isClosed)
    }

    @Test func tooManyErrorsEndTheSession() {
        var dialogue = Dialogue(SMTPSessionConfiguration(hostname: "mx.example", errorsMax: 3))
        dialogue.say("X\r\nX\r\nX\r\nX\r\n")
        #expect(dialogue.codes == ["220", "500 5.5.2", "500 5.5.2", "500 5.5.2", "421 4.7.0", "close"])
    }

    @Test func tooManyTransactionsEndTheSession() {
        var dialogue = Dialogue(SMTPSessionConfiguration(hostname: "mx.example", transactionsMax: 1))
        dialogue.say("HELO x\r\nMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\nNOOP\r\n")
        #expect(dialogue.codes == ["220", "250", "250 2.1.0", "250 2.0.0", "421 4.7.0", "close"])
    }

    @Test func replyTextCannotBreakOut() {
        let reply = SMTPReply(250, "2.0.0", "ok\r\n550 no\u{e9}" + String(repeating: "x", count: 1000))
        let wire = String(decoding: reply.wire, as: UTF8.self)
        #expect(wire.hasPrefix("250 2.0.0 ok??550 no??x"))
        #expect(reply.wire.count(where: { $0 == 0x0A }) == 1 && reply.wire.count <= 512)
    }
}
