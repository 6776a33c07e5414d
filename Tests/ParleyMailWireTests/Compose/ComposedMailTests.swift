import ParleyMailWire
import Testing

/// Drafts as bytes, and what a reader gets back out of them.
@Suite struct ComposedMailTests {
    static func draft() -> MailDraft {
        MailDraft(
            from: Mailbox(name: "Alice via Support", address: "p1@gw.example"), to: Mailbox(name: "Bob", address: "bob@example.org"),
            subject: "Re: Hello", messageID: "c.1.m.2.abcdef@gw.example", date: 1_795_350_189, text: "Good morning,\n\nsee you.\n")
    }

    static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func headerAndStructure() throws {
        var draft = Self.draft()
        draft.replyTo = Mailbox(address: "r+token@gw.example")
        draft.inReplyTo = "m1@example.org"
        draft.references = ["root@example.org", "m1@example.org"]
        draft.extraHeaders = [.init("Auto-Submitted", "auto-generated"), .init("List-Id", "<c1.gw.example>")]
        let lines = Self.lines(try draft.composed())
        #expect(
            lines.prefix(11) == [
                "Date: Sun, 22 Nov 2026 12:23:09 +0000", "From: Alice via Support <p1@gw.example>", "To: Bob <bob@example.org>",
                "Reply-To: r+token@gw.example", "Subject: Re: Hello", "Message-ID: <c.1.m.2.abcdef@gw.example>",
                "In-Reply-To: <m1@example.org>",
                "References: <root@example.org> <m1@example.org>", "Auto-Submitted: auto-generated", "List-Id: <c1.gw.example>",
                "MIME-Version: 1.0",
            ])
        #expect(lines[11].hasPrefix("Content-Type: multipart/alternative; boundary="))
    }

    @Test func sameDraftGivesSameBytes() throws {
        #expect(try Self.draft().composed() == Self.draft().composed())
        var other = Self.draft()
        other.messageID = "other@gw.example"
        #expect(try Self.draft().composed() != other.composed())
    }

    static let texts = [
        "plain", "plain\n", "", "\n", "two\n\n\nthree", "trailing space \nand tab\t\nend ", "From here\n.\n..\n--\n-- \n", "= =3D =\n",
        "grün ß €\n",
        "日本語のメール\n日本語のメール\n", "emoji 👩‍👩‍👧‍👦 é\n", String(repeating: "long ", count: 500), String(repeating: "ä", count: 3000),
        String(repeating: "x", count: 5000) + "\n", "tab\there & <b>\"quoted\"</b> 'x'\n", "\u{1}\u{7F}\n",
    ]

    @Test(arguments: texts) func textComesBack(_ text: String) throws {
        var draft = Self.draft()
        draft.text = text
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        let mail = ParsedMail(bytes)
        // A blank text gives way to the HTML, which is blank as well.
        #expect(mail.text == text || text.allSatisfy(\.isWhitespace) && mail.text.allSatisfy(\.isWhitespace))
        #expect(mail.problems.isEmpty && mail.html != nil && mail.attachments.isEmpty)
    }

    @Test func lineEndsOfTheTextBecomeCRLF() throws {
        var draft = Self.draft()
        draft.text = "a\r\nb\nc\rd\0e"
        draft.html = "<p>a\r\nb\rc\nd</p>"
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        #expect(ParsedMail(bytes).text == "a\nb\nc\nde")
        #expect(ParsedMail(bytes).html == "<p>a\nb\nc\nd</p>")
    }

    @Test func htmlIsMadeFromTheText() throws {
        var draft = Self.draft()
        draft.text = "a <script>&\"'\nb\n\n\nc"
        let html = try #require(ParsedMail(try draft.composed()).html)
        #expect(html.contains("<p>a &lt;script&gt;&amp;&quot;&#39;<br>\nb</p>\n<p>c</p>"))
        #expect(!html.contains("http"))
    }

    static let values = [
        "plain", "a  b", " lead", "trail ", "grün", "=?utf-8?q?x?=", String(repeating: "word ", count: 60) + "end",
        String(repeating: "x", count: 2000),
        String(repeating: "ü", count: 300), "日本語 の 件名", "👩‍👩‍👧‍👦", "a\u{2028}b", "tab\tx", "quote \" back \\ slash", "Müller, Anna (x) <y@z>",
        "Doe, John", "a.b",
        "[tag] Re: x",
    ]

    @Test(arguments: values) func subjectComesBack(_ subject: String) throws {
        var draft = Self.draft()
        draft.subject = subject
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        #expect(ParsedMail(bytes).subject == Self.readable(subject))
    }

    @Test(arguments: values) func namesComeBack(_ name: String) throws {
        var draft = Self.draft()
        draft.from.name = name
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        let mail = ParsedMail(bytes)
        #expect(mail.from == [Mailbox(name: Self.trimmed(Self.readable(name)), address: "p1@gw.example")])
    }

    @Test(arguments: [
        "a.txt", "two words.pdf", "grün.pdf", "quote\".txt", "back\\slash.txt", String(repeating: "long", count: 40) + ".txt",
        String(repeating: "語", count: 50) + ".png", "=?utf-8?q?x?=.txt", "per%cent.txt", "apo'strophe.txt", "semi;colon.txt",
    ]) func attachmentsComeBack(_ filename: String) throws {
        var draft = Self.draft()
        let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        draft.attachments = [
            .init(filename: filename, contentType: "image/png", content: content),
            .init(filename: "b.eml", contentType: "message/rfc822", content: []),
        ]
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        let mail = ParsedMail(bytes)
        #expect(mail.text == draft.text)
        #expect(mail.attachments.map(\.contentType) == ["image/png", "application/octet-stream"])
        #expect(mail.attachments.map(\.content) == [content, []])
        // What a file system would refuse is made safe by the reader.
        let safe = filename.split(separator: "\\").last.map(String.init)?.replacing("\"", with: "_").replacing("?", with: "_")
        #expect(mail.attachments.first?.filename == safe)
    }

    @Test func referencesStayShort() throws {
        var draft = Self.draft()
        draft.references = (0..<200).map { "message-number-\($0)@mail.example.org" } + ["bad id", "ü"]
        let bytes = try draft.composed()
        Self.checkLines(bytes)
        let field = try #require(ParsedMail(bytes).header("References").first)
        #expect(field.utf8.count < 900 && field.utf8.count > 800)
        #expect(field.hasPrefix("<message-number-0@mail.example.org> ") && field.hasSuffix(" <message-number-199@mail.example.org>"))
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ] as [(Int64, String)])
    func dates(_ epoch: Int64, _ text: String) throws {
        var draft = Self.draft()
        draft.date = epoch
        let mail = ParsedMail(try draft.composed())
        #expect(mail.date == text && mail.dateEpoch == epoch)
    }

    /// Blanks around a display name mean nothing.
    static func trimmed(_ text: String) -> String {
        String(text.trimmingPrefix(" ").reversed().drop { $0 == " " }.reversed())
    }

    /// Control characters read as spaces.
    static func readable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x2028 ? " " : $0 }))
    }

    /// CRLF only, no line over 998, body lines within 76 and their CRLF, ASCII only.
    static func checkLines(_ bytes: [UInt8]) {
        var previous: UInt8 = 0
        for byte in bytes {
            #expect((byte == 0x0A) == (previous == 0x0D) && byte < 0x80 && byte != 0)
            if (byte == 0x0A) != (previous == 0x0D) { return }
            previous = byte
        }
        let lines = lines(bytes)
        let body = lines.firstIndex(of: "") ?? 0
        #expect(lines[..<body].allSatisfy { $0.utf8.count <= 998 })
        #expect(lines[body...].allSatisfy { $0.utf8.count <= 78 })
        #expect(lines[..<body].allSatisfy { $0.utf8.count <= 78 || $0.dropFirst().split(separator: " ").count <= 2 })
        #expect(lines[..<body].allSatisfy { !$0.allSatisfy(\.isWhitespace) })
    }
}
