import ParleyMailWire
import Testing

/// What happens to input that comes while an answer is owed.
@Suite struct PipeliningTests {
    @Test func inputWaitsForTheAnswerAndIsThenTakenInOrder() {
        var session = SMTPServerSession(configuration: .init(hostname: "mx.example"))
        _ = session.open()
        let first = session.receive(Array("EHLO x\r\nMAIL FROM:<s@b>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nDATA\r\n".utf8))
        guard case .recipient(let address, let sender)? = first.last else { return #expect(Bool(false), "a question is expected") }
        #expect(address.description == "a@b" && sender?.description == "s@b")
        #expect(session.isAwaitingAnswer)
        #expect(session.receive(Array("hello\r\n.\r\nQUIT\r\n".utf8)).isEmpty)
        #expect(session.resolveMessage(.rejected).isEmpty, "the wrong answer is not taken")

        let second = session.resolveRecipient(.unknown)
        guard case .recipient(let next, _)? = second.last else { return #expect(Bool(false), "a second question is expected") }
        #expect(next.description == "c@b" && second.count == 2)

        let third = session.resolveRecipient(.accepted)
        guard case .message(let envelope, let content)? = third.last else { return #expect(Bool(false), "a message is expected") }
        #expect(envelope.recipients.map(\.description) == ["c@b"])
        #expect(content == Array("hello\r\n".utf8))
        #expect(session.resolveRecipient(.accepted).isEmpty)

        let last = session.resolveMessage(.accepted("ok"))
        #expect(last.count == 3 && last.last == .close)
        #expect(session.resolveMessage(.accepted("ok")).isEmpty)
    }

    @Test func inputThatWaitsIsBounded() {
        var session = SMTPServerSession(configuration: .init(hostname: "mx.example", pendingMax: 64))
        _ = session.open()
        _ = session.receive(Array("EHLO x\r\nMAIL FROM:<s@b>\r\nRCPT TO:<a@b>\r\n".utf8))
        #expect(session.receive([UInt8](repeating: 0x41, count: 64)).isEmpty)
        let events = session.receive([0x41])
        #expect(events.last == .close && events.count == 2)
        #expect(session.resolveRecipient(.accepted).isEmpty)
    }

    @Test func aWholeSessionCutAtEveryPlaceGivesTheSame() {
        let input = Array(
            "EHLO x\r\nMAIL FROM:<s@b>\r\nRCPT TO:<a@b>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nRSET\r\nNOPE\r\nQUIT\r\n".utf8)
        var whole = Dialogue()
        whole.say(input)
        for cut in 1..<input.count {
            var parts = Dialogue()
            parts.say(Array(input[..<cut]))
            parts.say(Array(input[cut...]))
            #expect(parts.transcript == whole.transcript)
        }
    }
}
