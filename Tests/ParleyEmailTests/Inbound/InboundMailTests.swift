import ParleyCore
import ParleyMailWire
import Testing

@testable import ParleyEmail

/// How a mail becomes facts.
@Suite struct InboundMailTests {
    private func fact(_ content: [UInt8], from sender: String? = "bounce@home.example") throws -> InboundFact {
        try #require(InboundMail(content: content, envelopeSender: sender).facts(to: ["desk@in.example"]).first)
    }

    @Test func makesOneFactForEachRecipient() {
        let facts = InboundMail(content: Array(Mails.hello.utf8), envelopeSender: nil).facts(to: ["a@in.example", "B+tag@In.example"])
        #expect(facts.map(\.proxy) == ["a@in.example", "B+tag@In.example"])
        #expect(Set(facts.map(\.identity)).count == 1)
        #expect(InboundMail(content: [], envelopeSender: nil).facts(to: []).isEmpty)
    }

    @Test func readsWhatAPersonWrote() throws {
        let fact = try fact(
            Mails.bytes(
                "From: =?utf-8?q?Ren=C3=A9e?= <renee@home.example>", "Subject: =?utf-8?q?Caf=C3=A9?=", "Message-ID: <two@home.example>",
                "In-Reply-To: <one@in.example>", "References: <zero@in.example> <half@in.example> <one@in.example>",
                "Date: Sun, 22 Nov 2026 12:00:00 +0000", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b",
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "", "See the caf=C3=A9", "--b",
                "Content-Type: image/png; name=menu.png", "Content-Disposition: attachment; filename=menu.png",
                "Content-Transfer-Encoding: base64", "", "iVBORw0K", "--b--"))
        #expect(fact.sender == "renee@home.example")
        #expect(fact.subject == "Café")
        #expect(fact.text == "See the café")
        #expect(fact.messageID == "two@home.example")
        #expect(fact.references == ["one@in.example", "half@in.example", "zero@in.example"])
        #expect(fact.sentAt == Instant(seconds: 1_795_348_800))
        #expect(
            fact.media == [InboundMedia(contentType: "image/png", filename: "menu.png", content: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A])])
        #expect(fact.automatic == nil)
        #expect(fact.problems.isEmpty)
        #expect(fact.hops.isEmpty)
    }

    @Test(arguments: [
        (["From: Alice <alice@home.example>"], "alice@home.example", []),
        (["From: alice@home.example, bob@home.example"], "alice@home.example", ["several-from"]),
        (["From: alice@home.example", "From: bob@home.example"], "alice@home.example", ["several-from"]),
        (["From: undisclosed"], "bounce@home.example", ["no-from"]),
        (["Subject: none"], "bounce@home.example", ["no-from"]),
    ])
    func namesTheSender(_ header: [String], _ sender: String, _ problems: [String]) throws {
        let fact = try fact(Array((header + ["", "text", ""]).joined(separator: "\r\n").utf8))
        #expect(fact.sender == sender)
        #expect(fact.problems == problems)
    }

    @Test func keepsAMailThatNobodySent() throws {
        let fact = try fact(Mails.bytes("Subject: none", "", "text"), from: nil)
        #expect(fact.sender == "")
        #expect(fact.problems == ["no-from"])
    }

    @Test func readsTheHops() throws {
        let fact = try fact(Mails.bytes("X-Parley-Hop: one", "From: a@b.example", "x-parley-hop: two", "X-Parley-Hop:", "", "text"))
        #expect(fact.hops == ["one", "two"])
    }

    // MARK: Identity

    private static let one = ["Message-ID: <m@h>", "From: a@b.example", "Date: Sun, 22 Nov 2026 12:00:00 +0000", "", "text"]

    @Test(arguments: [
        ([], true),
        (["Received: from elsewhere", "X-Spam: yes"], true),
        (["Subject: another"], true),
    ])
    func knowsARepeatByItsMessageID(_ more: [String], _ isRepeat: Bool) throws {
        let first = try fact(Array(Self.one.joined(separator: "\r\n").utf8))
        let second = try fact(Array((more + Self.one).joined(separator: "\r\n").utf8))
        #expect((first.identity == second.identity) == isRepeat)
    }

    @Test(arguments: [0, 1, 2])
    func tellsMailsApartThatShareAMessageID(_ changed: Int) throws {
        var lines = Self.one
        lines[changed] = ["Message-ID: <n@h>", "From: c@b.example", "Date: Sun, 22 Nov 2026 12:00:01 +0000"][changed]
        #expect(
            try fact(Array(Self.one.joined(separator: "\r\n").utf8)).identity != fact(Array(lines.joined(separator: "\r\n").utf8)).identity)
    }

    private static let bare = ["From: a@b.example", "Subject: s", "", "text"]

    @Test(arguments: [
        (["Received: from x", "\tby y", "Return-Path: <a@b.example>", "DELIVERED-TO: desk", "X-Original-To: desk"] + bare, true),
        (["From: a@b.example", "Received: by z", "Subject: s", "", "text"], true),
        (["From: a@b.example", "Subject: s", "", "Received: text"], false),
        (["From: a@b.example", "Subject: s", "", "other text"], false),
        (["From: a@b.example", "Subject: t", "", "text"], false),
        (["Receivedx: no trace"] + bare, false),
    ])
    func knowsARepeatWithoutAMessageID(_ lines: [String], _ isRepeat: Bool) throws {
        let first = try fact(Array(Self.bare.joined(separator: "\r\n").utf8))
        let second = try fact(Array(lines.joined(separator: "\r\n").utf8))
        #expect((first.identity == second.identity) == isRepeat)
    }

    @Test func takesAnyBytes() {
        for seed in 0..<200 {
            var stream = IdentifierStream(seed: UInt64(seed))
            let letters = Array("From: \r\n\t<>@,;\"=?multipart/mixed; boundary=b\r\n--b\r\n\r\n\u{0}\u{FF}".utf8)
            let bytes = (0..<Int.random(in: 0...400, using: &stream)).compactMap { _ in letters.randomElement(using: &stream) }
            let facts = InboundMail(content: bytes, envelopeSender: nil).facts(to: ["a@b.example"])
            #expect(facts.map(\.raw) == [bytes])
        }
    }
}
