import ParleyMailWire
import Testing

/// What is read out of well-formed and slightly wrong mails.
@Suite struct ParsedMailTests {
    @Test func headerFields() {
        let mail = ParsedMail(Fixtures.plain)
        #expect(mail.from == [Mailbox(name: "Alice Example", address: "alice@example.org")])
        #expect(mail.to == [Mailbox(name: "Support", address: "support@gw.example"), Mailbox(address: "bob@example.org")])
        #expect(mail.cc == [Mailbox(address: "carol@example.org"), Mailbox(name: "Dave", address: "dave@example.org")])
        #expect(mail.sender == Mailbox(address: "secretary@example.org"))
        #expect(mail.replyTo == [Mailbox(address: "reply@example.org")])
        #expect(mail.subject == "Hello there")
        #expect(mail.date == "Sun, 22 Nov 2026 13:23:09 +0100")
        #expect(mail.dateEpoch == 1_795_350_189)
        #expect(mail.messageID == "m1@example.org")
        #expect(mail.inReplyTo == ["c.1@gw.example"])
        #expect(mail.references == ["c.1@gw.example", "c.0@gw.example", "root@gw.example"])
        #expect(mail.autoSubmitted == "auto-replied")
        #expect(mail.precedence == "bulk")
        #expect(mail.header("X-CUSTOM") == ["one", "two"])
        #expect(mail.text == "Good morning,\n\nsee you.")
        #expect(mail.html == nil && mail.attachments.isEmpty && mail.problems.isEmpty)
    }

    @Test func referencesAreTheNewestTwenty() {
        let list = (1...50).map { "<r\($0)@x>" }.joined(separator: "\n ")
        let mail = ParsedMail(Fixtures.mail("From: a@b.example\nReferences: \(list)\n\nx"))
        #expect(mail.references.count == 20 && mail.references.first == "r50@x" && mail.references.last == "r31@x")
    }

    @Test(
        arguments: [
            ("<a@b>", "a@b"), ("a@b", "a@b"), ("<<a@b>>", "a@b"), ("(c) <a@b> <c@d>", "a@b"), ("<a\n @b>", "a@b"), ("", nil), ("<>", nil),
            ("a b", "ab"),
        ] as [(String, String?)])
    func messageID(_ value: String, _ expected: String?) {
        #expect(ParsedMail(Fixtures.mail("From: a@b.example\nMessage-ID: \(value)\n\nx")).messageID == expected)
    }

    @Test(
        arguments: [
            ("Thu, 1 Jan 1970 00:00:00 +0000", 0), ("1 Jan 70 00:00 GMT", 0), ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706),
            ("yesterday", nil),
            ("", nil), ("Sun, 99 Nov 2026 99:99:99 +9999", nil),
        ] as [(String, Int64?)])
    func date(_ value: String, _ epoch: Int64?) {
        #expect(ParsedMail(Fixtures.mail("From: a@b.example\nDate: \(value)\n\nx")).dateEpoch == epoch)
    }

    @Test func alternativeGivesBothForms() {
        let mail = ParsedMail(Fixtures.alternative)
        #expect(mail.text == "plain text")
        #expect(mail.html == "<p>html text</p>")
        #expect(mail.attachments.isEmpty && mail.problems.isEmpty)
    }

    @Test func htmlBecomesTextWhenThereIsNoOther() {
        let mail = ParsedMail(Fixtures.htmlOnly)
        #expect(mail.text == "First & best\n\nSecond")
        #expect(mail.html?.contains("<style>") == true)
    }

    @Test func blankTextGivesWayToHTML() {
        let blank = Fixtures.alternative.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.starts(with: "plain text".utf8) ? Array("  \r".utf8)[...] : $0 }
        #expect(ParsedMail(Array(blank.joined(separator: [0x0A]))).text == "html text")
    }

    @Test func pictureAmongTheTextIsAnAttachment() throws {
        let mail = ParsedMail(Fixtures.mixed)
        #expect(mail.text == "look:\nafter the picture")
        let picture = try #require(mail.attachments.first)
        #expect(mail.attachments.count == 1 && picture.filename == "grün.png" && picture.contentType == "image/png" && !picture.isInline)
        #expect(picture.content == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    @Test func nestedRelated() throws {
        let mail = ParsedMail(Fixtures.nestedRelated)
        #expect(mail.text == "the text")
        #expect(mail.html?.contains("the html") == true)
        #expect(mail.attachments.map(\.contentType) == ["image/gif", "image/gif", "application/pdf", "message/rfc822"])
        #expect(mail.attachments.map(\.isInline) == [true, false, false, false])
        #expect(mail.attachments.map(\.contentID) == ["logo@x", "unused@x", nil, nil])
        #expect(mail.attachments.map(\.filename) == [nil, nil, "€ rates 2026.pdf", "message.eml"])
        let inner = ParsedMail(try #require(mail.attachments.last).content)
        #expect(inner.subject == "inner" && inner.text.hasPrefix("inner text") && inner.from.first?.address == "inner@example.org")
    }

    @Test func flowedLinesAreJoined() {
        #expect(
            ParsedMail(Fixtures.flowed).text
                == "This is one paragraph.\n\n> quoted text\n>> deeper\nspace-stuffed\n-- \nsignature")
        #expect(ParsedMail(Fixtures.flowedDelSp).text == "wonderful day")
    }

    @Test func brokenBoundaryKeepsTheText() {
        #expect(ParsedMail(Fixtures.brokenBoundary).text.contains("still here"))
        let unclosed = ParsedMail(Fixtures.unclosed)
        #expect(unclosed.text == "first")
        #expect(unclosed.attachments.map(\.content) == [[0, 1, 2]])
    }

    @Test func encodedWords() {
        let mail = ParsedMail(Fixtures.subjectSplit)
        #expect(mail.subject == "äöüПривет and plain")
        #expect(mail.from == [Mailbox(name: "Jürgen", address: "j@b.example")])
    }

    @Test(arguments: [
        ("=?UTF-8?B?w7w=?= =?UTF-8?B?w7w=?=", "üü"), ("=?utf-8?q?a_b=20c?=", "a b c"), ("a =?utf-8?q?b?= c", "a b c"),
        ("=?x-no?q?a?=", "a"),
        ("=?utf-8*en?Q?a?=", "a"), ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q?a", "=?utf-8?q?a"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?q?=zz=?=", "=zz="), ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?utf-8?B?w7w=?=", "日本ü"), ("=?", "=?"), ("=??b??=", "=??b??="),
    ]) func encodedWordsOfASubject(_ value: String, _ expected: String) {
        #expect(ParsedMail(Fixtures.mail("From: a@b.example\nSubject: \(value)\n\nx")).subject == expected)
    }

    @Test func encodedLineBreaksStayOutOfValues() {
        let mail = ParsedMail(Fixtures.encodedLineBreak)
        #expect(!mail.subject.unicodeScalars.contains { $0.value < 0x20 })
        #expect(mail.subject.hasPrefix("one  Bcc: evil@example.org"))
        #expect(mail.from.first?.name?.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test func signedMailShowsItsContent() {
        let mail = ParsedMail(Fixtures.signed)
        #expect(mail.text == "signed text")
        #expect(mail.attachments.map(\.filename) == ["signature.asc"])
    }

    @Test(arguments: [
        ("From: a@b.example, c@d.example\n", MailProblem.severalFrom), ("From: a@b.example\nFrom: a@b.example\n", .severalFrom),
        ("From: Alice\n", .noFrom), ("To: a@b.example\n", .noFrom), ("From: <>\n", .noFrom),
    ]) func senderProblems(_ header: String, _ problem: MailProblem) {
        #expect(ParsedMail(Fixtures.mail(header + "\nx")).problems == [problem])
    }
}
