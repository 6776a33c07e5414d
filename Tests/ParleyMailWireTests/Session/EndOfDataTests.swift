import ParleyMailWire
import Testing

/// Where message data ends: at CRLF.CRLF and nowhere else, however it is cut into reads.
@Suite struct EndOfDataTests {
    static let prologue = "EHLO x\r\nMAIL FROM:<s@b>\r\nRCPT TO:<r@b>\r\nDATA\r\n"
    /// What a smuggler would follow with.
    static let epilogue = "MAIL FROM:<evil@b>\r\nRCPT TO:<r@b>\r\nDATA\r\nsmuggled\r\n.\r\n"

    /// What is between the text and the epilogue, and whether it ends the data, is refused at once, or is read on.
    enum Outcome: Sendable { case ends, refused, goesOn }
    static let variants: [(String, Outcome)] = [
        ("\r\n.\r\n", .ends),
        ("\n.\n", .refused), ("\r\n.\n", .refused), ("\n.\r\n", .refused), ("\r.\r", .refused), ("\r.\r\n", .refused),
        ("\r\n.\r", .refused),
        ("\r\r\n.\r\n", .refused), ("\r\n.\r\r\n", .refused), ("\n\n.\r\n", .refused), ("\n\r.\r\n", .refused), ("\r\n\n.\r\n", .refused),
        ("\r\n\0.\r\n", .goesOn), ("\r\n.\0\r\n", .goesOn), ("\r\n..\r\n", .goesOn), ("\r\n. \r\n", .goesOn), (".\r\n", .goesOn),
        ("\r\n.x\r\n", .goesOn),
    ]

    @Test(arguments: variants, [nil, 1, 2, 3] as [Int?]) func variant(_ variant: (String, Outcome), size: Int?) {
        var dialogue = Dialogue()
        dialogue.say(Self.prologue + "text" + variant.0 + Self.epilogue, readsOf: size)
        switch variant.1 {
        case .ends:
            #expect(dialogue.contents == [Array("text\r\n".utf8), Array("smuggled\r\n".utf8)])
        case .refused:
            #expect(dialogue.contents.isEmpty)
            #expect(dialogue.codes.suffix(2) == ["521 5.5.2", "close"])
        case .goesOn:
            // The one end is that of the epilogue; its commands are text of the first message.
            #expect(dialogue.codes.count(where: { $0 == "250 2.1.0" }) == 1)
            if variant.0.contains("\0") {
                #expect(dialogue.contents.isEmpty)
                #expect(dialogue.codes.last == "550 5.6.0")
            } else {
                #expect(dialogue.contents.count == 1)
                #expect(dialogue.contents.first.map { String(decoding: $0, as: UTF8.self).contains("MAIL FROM:<evil@b>") } == true)
            }
        }
    }

    @Test func dotsAreUnstuffed() {
        var dialogue = Dialogue()
        dialogue.say(Self.prologue + "..\r\n...a\r\n.b\r\nc.\r\n\r\n.\r\n")
        #expect(dialogue.contents == [Array(".\r\n..a\r\nb\r\nc.\r\n\r\n".utf8)])
    }

    @Test func emptyMessage() {
        var dialogue = Dialogue()
        dialogue.say(Self.prologue + ".\r\n")
        #expect(dialogue.contents == [[]])
    }

    @Test func tooMuchDataIsReadToItsEnd() {
        var dialogue = Dialogue(SMTPSessionConfiguration(hostname: "mx.example", sizeMax: 12))
        dialogue.say(Self.prologue + "0123456789\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<r@b>\r\nDATA\r\n0123456789\r\nRSET\r\n.\r\nNOOP\r\n")
        #expect(dialogue.contents == [Array("0123456789\r\n".utf8)])
        #expect(dialogue.codes.suffix(3) == ["354", "552 5.3.4", "250 2.0.0"])
    }

    @Test(arguments: [
        (SMTPMessageVerdict.accepted("queued as 7"), "250 2.0.0 queued as 7"), (.temporarilyRefused, "451 4.3.0 Try again later"),
        (.rejected, "550 5.7.1 Message refused"), (.unacceptableContent, "554 5.6.0 Message content refused"),
    ]) func verdict(_ verdict: SMTPMessageVerdict, _ reply: String) {
        var dialogue = Dialogue(messageVerdict: verdict)
        dialogue.say(Self.prologue + "x\r\n.\r\n")
        #expect(dialogue.transcript.last == reply)
    }

    @Test func envelopeIsComplete() throws {
        var dialogue = Dialogue()
        dialogue.say("EHLO client.example\r\nMAIL FROM:<s@b> SIZE=5 BODY=8BITMIME\r\nRCPT TO:<r@b>\r\nRCPT TO:<q@b>\r\nDATA\r\n.\r\n")
        let envelope = try #require(dialogue.envelopes.first)
        #expect(envelope.hello == "client.example" && envelope.isExtended && envelope.is8BitMIME && envelope.declaredSize == 5)
        #expect(envelope.recipients.map(\.description) == ["r@b", "q@b"])
    }
}
