import ParleyMailWire
import Testing

/// What may not be written into a mail is refused by name of the field.
@Suite struct RefusalTests {
    typealias Reason = MailCompositionError.Reason

    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let reason: Reason
        let change: @Sendable (inout MailDraft) -> Void
        var testDescription: String { "\(field) \(reason)" }

        init(_ field: String, _ reason: Reason, _ change: @escaping @Sendable (inout MailDraft) -> Void) {
            self.field = field
            self.reason = reason
            self.change = change
        }
    }

    /// Every value with every byte that could end a line or a string.
    static let breaks: [Case] = ["\r", "\n", "\r\n", "\0", "\r\nBcc: x@y.example"].flatMap { (end: String) -> [Case] in
        [
            Case("from.name", .controlCharacter) { $0.from.name = "a\(end)b" },
            Case("from.address", .controlCharacter) { $0.from.address = "a@b.example\(end)" },
            Case("to.name", .controlCharacter) { $0.to.name = "a\(end)" },
            Case("to.address", .controlCharacter) { $0.to.address = "a\(end)@b.example" },
            Case("replyTo.address", .controlCharacter) { $0.replyTo = Mailbox(address: "a@b\(end)") },
            Case("subject", .controlCharacter) { $0.subject = "a\(end)b" },
            Case("messageID", .controlCharacter) { $0.messageID = "a@b\(end)" },
            Case("inReplyTo", .controlCharacter) { $0.inReplyTo = "a@b\(end)" },
            Case("references[1]", .controlCharacter) { $0.references = ["a@b", "a\(end)@b"] },
            Case("extraHeaders[0].name", .controlCharacter) { $0.extraHeaders = [.init("X\(end)", "v")] },
            Case("extraHeaders[1].value", .controlCharacter) { $0.extraHeaders = [.init("X", "v"), .init("Y", "v\(end)w")] },
            Case("attachments[0].filename", .controlCharacter) {
                $0.attachments = [.init(filename: "a\(end)b", contentType: "a/b", content: [])]
            },
            Case("attachments[0].contentType", .controlCharacter) {
                $0.attachments = [.init(filename: "a", contentType: "a/b\(end)", content: [])]
            },
        ]
    }

    static let others: [Case] =
        [
            "", "a", "a@", "@b", "a@b@c", "a b@c", "ä@b.example", "a@ä.example", ".a@b", "a..b@c", "\"a\"@b", "a@b.", "<a@b>", "a@b,c@d",
            "a@[x]",
        ]
        .map { address in Case("to.address", .invalidAddress) { $0.to.address = address } } + [
            Case("from.address", .invalidAddress) { $0.from.address = String(repeating: "l", count: 65) + "@b.example" },
            Case("from.address", .invalidAddress) { $0.from.address = "l@" + String(repeating: "d.", count: 130) + "org" },
            Case("messageID", .invalidMessageID) { $0.messageID = "" },
            Case("messageID", .invalidMessageID) { $0.messageID = "<a@b>" },
            Case("messageID", .invalidMessageID) { $0.messageID = "noat" },
            Case("messageID", .invalidMessageID) { $0.messageID = String(repeating: "x", count: 250) + "@b" },
            Case("date", .invalidDate) { $0.date = -1 },
            Case("date", .invalidDate) { $0.date = .max },
            Case("extraHeaders[0].name", .invalidHeaderName) { $0.extraHeaders = [.init("", "v")] },
            Case("extraHeaders[0].name", .invalidHeaderName) { $0.extraHeaders = [.init("X Y", "v")] },
            Case("extraHeaders[0].name", .invalidHeaderName) { $0.extraHeaders = [.init("X:", "v")] },
            Case("extraHeaders[0].name", .reservedHeader) { $0.extraHeaders = [.init("BCC", "v")] },
            Case("extraHeaders[0].name", .reservedHeader) { $0.extraHeaders = [.init("Content-type", "v")] },
            Case("extraHeaders[0].value", .controlCharacter) { $0.extraHeaders = [.init("X", "a\u{1B}b")] },
            Case("extraHeaders[0].value", .tooLong) { $0.extraHeaders = [.init("X", String(repeating: "v", count: 1000))] },
            Case("attachments[0].filename", .invalidFilename) { $0.attachments = [.init(filename: "", contentType: "a/b", content: [])] },
            Case("attachments[0].contentType", .invalidContentType) {
                $0.attachments = [.init(filename: "a", contentType: "a", content: [])]
            },
            Case("attachments[0].contentType", .invalidContentType) {
                $0.attachments = [.init(filename: "a", contentType: "a/b; x=y", content: [])]
            },
        ]

    @Test(arguments: breaks + others) func refused(_ example: Case) {
        var draft = ComposedMailTests.draft()
        example.change(&draft)
        let error = #expect(throws: MailCompositionError.self) { try draft.composed() }
        #expect(error?.field == example.field && error?.reason == example.reason)
    }

    @Test func errorsNameTheFieldOnly() {
        var draft = ComposedMailTests.draft()
        draft.to.address = "secret-person@"
        let error = #expect(throws: MailCompositionError.self) { try draft.composed() }
        #expect(error?.description == "to.address: invalid-address")
    }
}
