import ParleyCore
import ParleyMailWire
import Testing

@testable import ParleyEmail

/// How a dispatch becomes a mail, and what is said of the attempt.
@Suite struct SMTPGatewayTests {
    private static let relay = Relay(host: "relay.example", port: 25)
    private static let key = MediaKey(rawValue: String(repeating: "a", count: 64))

    private static func sid(_ kind: SID.Kind) -> SID { SID(kind, high: 1, low: 2) }

    private static func payload() -> Payload {
        Payload(
            text: "Good morning\nto you", author: "system", authorName: "Alice", conversation: sid(.conversation),
            conversationName: "Order 7", message: sid(.message), participant: sid(.participant),
            references: ["root@in.example", "last@home.example"], messageID: "three@in.example", replyTo: "desk+token@in.example",
            created: Instant(seconds: 1_795_348_800))
    }

    private static func medium(_ filename: String? = nil, type: String = "image/png", size: Int = 3) throws -> Media {
        Media(
            sid: sid(.media), service: SID(.service, high: 0, low: 1), key: try #require(key), contentType: type, size: size,
            filename: filename, created: Instant(seconds: 0))
    }

    private static func dispatch(_ payload: Payload, to address: String = "bob@home.example") throws -> Dispatch {
        Dispatch(
            delivery: sid(.delivery), attempt: 1, pair: Pair(proxy: try Address("desk@in.example"), address: try Address(address)),
            payload: payload)
    }

    private static func gateway(_ submission: SubmissionStub, attachmentBytesMax: Int = 1000) throws -> SMTPGateway {
        SMTPGateway(
            relay: relay, submission: submission, media: MediaStub(contents: [try #require(key): [1, 2, 3]]), gatewayID: "gw-1",
            attachmentBytesMax: attachmentBytesMax)
    }

    private static func sent(_ payload: Payload, to address: String = "bob@home.example") async throws -> (
        mail: ParsedMail, raw: OutboundMail
    ) {
        let submission = SubmissionStub()
        let outcome = try await gateway(submission).send(dispatch(payload, to: address))
        #expect(outcome == .accepted([]))
        let raw = try #require(await submission.mails.first)
        return (ParsedMail(raw.content), raw)
    }

    @Test func writesTheMail() async throws {
        let (mail, raw) = try await Self.sent(Self.payload())
        #expect(raw.sender == "desk@in.example")
        #expect(raw.recipients == ["bob@home.example"])
        #expect(mail.from == [Mailbox(name: "Alice via desk@in.example", address: "desk@in.example")])
        #expect(mail.to.map(\.address) == ["bob@home.example"])
        #expect(mail.replyTo.map(\.address) == ["desk+token@in.example"])
        #expect(mail.messageID == "three@in.example")
        #expect(mail.inReplyTo == ["last@home.example"])
        #expect(mail.references == ["last@home.example", "root@in.example"])
        #expect(mail.dateEpoch == 1_795_348_800)
        #expect(mail.subject == "Re: Order 7")
        #expect(mail.text.hasPrefix("Good morning\nto you"))
        #expect(mail.header("X-Parley-Hop") == ["gw-1"])
        #expect(mail.header("X-Auto-Response-Suppress") == ["All"])
        #expect(mail.header("Auto-Submitted") == [])
        #expect(mail.problems.isEmpty)
    }

    @Test func isRecognisedWhenItComesBack() async throws {
        let (_, raw) = try await Self.sent(Self.payload())
        let fact = try #require(InboundMail(content: raw.content, envelopeSender: raw.sender).facts(to: ["desk@in.example"]).first)
        #expect(fact.hops == ["gw-1"])
        #expect(fact.messageID == "three@in.example")
    }

    @Test func isTheSameForEveryAttempt() async throws {
        let first = try await Self.sent(Self.payload()).raw
        let second = try await Self.sent(Self.payload()).raw
        #expect(first == second)
    }

    @Test(
        arguments: [
            ("Offer", "Order 7", "Offer"), (nil, "Order 7", "Re: Order 7"), (nil, nil, "Re: Conversation"), ("", "", "Re: Conversation"),
        ] as [(String?, String?, String)])
    func choosesTheSubject(_ subject: String?, _ name: String?, _ expected: String) async throws {
        var payload = Self.payload()
        payload.subject = subject
        payload.conversationName = name
        #expect(try await Self.sent(payload).mail.subject == expected)
    }

    @Test(arguments: [("Alice", "Alice"), (nil, "system"), ("", "system"), ("Zoë \"Z\" <x>", "Zoë \"Z\" <x>")] as [(String?, String)])
    func showsTheAuthor(_ name: String?, _ shown: String) async throws {
        var payload = Self.payload()
        payload.authorName = name
        #expect(try await Self.sent(payload).mail.from.first?.name == "\(shown) via desk@in.example")
    }

    @Test func marksWhatNoPersonWrote() async throws {
        var payload = Self.payload()
        payload.isAutomatic = true
        #expect(try await Self.sent(payload).mail.autoSubmitted == "auto-generated")
    }

    @Test(
        arguments: [
            ("photo.png", "image/png", "photo.png"), (nil, "image/png", "attachment-1.png"), (nil, "application/x-odd", "attachment-1"),
            ("../../etc/passwd", "text/plain", "etcpasswd"), ("…\u{202E}gnp.exe", "image/png", "…gnp.exe"),
            ("", "IMAGE/JPEG; q=1", "attachment-1.jpg"),
            ("übung.pdf", "not a type", "übung.pdf"),
        ] as [(String?, String, String)])
    func attachesMedia(_ filename: String?, _ type: String, _ expected: String) async throws {
        var payload = Self.payload()
        payload.media = [try Self.medium(filename, type: type)]
        let attachment = try #require(try await Self.sent(payload).mail.attachments.first)
        #expect(attachment.filename == expected)
        #expect(attachment.content == [1, 2, 3])
    }

    @Test func sendsMediaWithoutText() async throws {
        var payload = Self.payload()
        payload.text = nil
        payload.media = [try Self.medium("a.png")]
        #expect(try await Self.sent(payload).mail.attachments.count == 1)
    }

    @Test func refusesMoreMediaThanAMailMayHave() async throws {
        let submission = SubmissionStub()
        var payload = Self.payload()
        payload.media = [try Self.medium(size: 600), try Self.medium(size: 600)]
        let outcome = try await Self.gateway(submission).send(Self.dispatch(payload))
        #expect(outcome == .permanent(Diagnosis(text: "the mail cannot be written: media: together larger than 1000 bytes")))
        #expect(await submission.mails.isEmpty)
    }

    @Test func waitsForMediaThatCannotBeRead() async throws {
        let submission = SubmissionStub()
        var payload = Self.payload()
        payload.media = [try Self.medium()]
        let gateway = SMTPGateway(relay: Self.relay, submission: submission, media: MediaStub(), gatewayID: "gw-1")
        let outcome = try await gateway.send(Self.dispatch(payload))
        #expect(outcome == .temporary(after: nil, Diagnosis(text: "a medium could not be read: no such medium")))
        #expect(await submission.mails.isEmpty)
    }

    /// A value with a line break could write header fields of its own.
    @Test(
        arguments: ["subject", "author", "authorName", "conversationName", "messageID", "replyTo", "references[0]", "media[0].filename"],
        ["\r\nBcc: all@x.example", "\n", "\r", "\0"])
    func sendsNothingThatBreaksTheHeader(_ field: String, _ injection: String) async throws {
        let submission = SubmissionStub()
        var payload = Self.payload()
        let value = "a@b.example\(injection)"
        switch field {
        case "subject": payload.subject = value
        case "author": payload.author = value
        case "authorName": payload.authorName = value
        case "conversationName": payload.conversationName = value
        case "messageID": payload.messageID = value
        case "replyTo": payload.replyTo = value
        case "references[0]": payload.references = [value]
        default: payload.media = [try Self.medium(value)]
        }
        let outcome = try await Self.gateway(submission).send(Self.dispatch(payload))
        guard case .permanent(let diagnosis) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(diagnosis.text.contains("\(field): has a line break"))
        #expect(!diagnosis.text.contains("example"))
        #expect(await submission.mails.isEmpty)
    }

    @Test func sendsNothingToWhatIsNoAddress() async throws {
        let submission = SubmissionStub()
        for address in ["+15551230001", "rené@home.example"] {
            let outcome = try await Self.gateway(submission).send(Self.dispatch(Self.payload(), to: address))
            #expect(
                outcome == .permanent(Diagnosis(text: "the mail cannot be written: address: is not an address that mail can be sent with")))
        }
        #expect(await submission.mails.isEmpty)
    }
}
