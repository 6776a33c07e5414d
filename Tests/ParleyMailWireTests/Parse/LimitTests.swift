import ParleyMailWire
import Testing

/// Structure over the limits, garbage, and mutations: nothing crashes, and the header is read as far as it goes.
@Suite struct LimitTests {
    static func multipart(parts: Int) -> [UInt8] {
        Fixtures.mail("From: a@b.example\nSubject: bomb\nContent-Type: multipart/mixed; boundary=b\n\n")
            + [UInt8](String(repeating: "--b\r\n\r\n\r\n", count: parts).utf8) + Array("--b--\r\n".utf8)
    }

    static func nested(_ levels: Int) -> [UInt8] {
        var text = "From: a@b.example\nSubject: bomb\n"
        for level in 0..<levels { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        return Fixtures.mail(text + "Content-Type: text/plain\n\ndeep\n")
    }

    static func messages(_ levels: Int) -> [UInt8] {
        Fixtures.mail(
            "From: a@b.example\nSubject: bomb\n" + String(repeating: "Content-Type: message/rfc822\n\n", count: levels) + "\ndeep\n")
    }

    static let bombs: [(String, [UInt8], MailProblem)] = [
        ("100,000 parts", multipart(parts: 100_000), .tooManyParts),
        ("1000 parts", multipart(parts: 1000), .tooManyParts),
        ("21 multiparts", nested(21), .nestingTooDeep),
        ("5000 multiparts", nested(5000), .nestingTooDeep),
        ("21 messages", messages(21), .nestingTooDeep),
        (
            "digests in digests",
            Fixtures.mail(
                "From: a@b.example\nSubject: bomb\n"
                    + (0..<30).map { "Content-Type: multipart/digest; boundary=b\($0)\n\n--b\($0)\n\n" }.joined()), .nestingTooDeep
        ),
        (
            "1001 fields", Fixtures.mail("From: a@b.example\nSubject: bomb\n" + String(repeating: "X: y\n", count: 999) + "\nx"),
            .tooManyHeaders
        ),
        (
            "fields in a part",
            Fixtures.mail(
                "From: a@b.example\nSubject: bomb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                    + String(repeating: "X: y\n", count: 1001)),
            .tooManyHeaders
        ),
        (
            "huge header block",
            Fixtures.mail("From: a@b.example\nSubject: bomb\nX-Huge: y\n" + String(repeating: " folded line\n", count: 100_000) + "\nx"),
            .headerTooLong
        ),
        (
            "huge header line",
            Fixtures.mail("From: a@b.example\nSubject: bomb\nX-Huge: " + String(repeating: "y", count: 1_100_000) + "\n\nx"), .headerTooLong
        ),
        (
            "huge Content-Type",
            Fixtures.mail(
                "From: a@b.example\nSubject: bomb\nContent-Type: text/plain; " + String(repeating: "a=b;\n ", count: 10_000) + "\n\nx"),
            .headerTooLong
        ),
        (
            "groups in groups", Fixtures.mail("From: a@b.example\nSubject: bomb\nTo: " + String(repeating: "a:", count: 100_000) + "\n\nx"),
            .addressTooComplex
        ),
        (
            "groups in groups of an attached message",
            Fixtures.mail(
                "From: a@b.example\nSubject: bomb\nContent-Type: message/rfc822\n\nTo: " + String(repeating: "a:\n ", count: 100_000)
                    + "\n\nx"),
            .addressTooComplex
        ),
    ]

    @Test(arguments: bombs) func overALimit(_ name: String, _ raw: [UInt8], _ problem: MailProblem) {
        let mail = ParsedMail(raw)
        #expect(mail.problems == [problem])
        #expect(mail.subject == "bomb" && mail.from.first?.address == "a@b.example")
        #expect(mail.text.isEmpty && mail.attachments.isEmpty)
    }

    @Test func withinTheLimits() {
        #expect(ParsedMail(Self.multipart(parts: 999)).problems.isEmpty)
        #expect(ParsedMail(Self.nested(20)).text.hasPrefix("deep"))
        #expect(ParsedMail(Self.messages(20)).problems.isEmpty)
        let fields = Fixtures.mail("From: a@b.example\n" + String(repeating: "X: y\n", count: 999) + "\nx")
        #expect(ParsedMail(fields).text == "x")
        // Dashes and words of mail in a text count for nothing.
        let dashes = Fixtures.mail(
            "From: a@b.example\n\n" + String(repeating: "--- a\n-- \nContent-Type: multipart/mixed; boundary=x\n\n", count: 2000))
        #expect(ParsedMail(dashes).problems.isEmpty)
    }

    @Test(
        arguments: [
            [], [0x0A], [0x0D, 0x0A, 0x0D, 0x0A], [0x00], Array("hello world".utf8), Array(":\r\n:\r\n\r\n".utf8),
            Array(" folded\r\n".utf8),
            [UInt8](repeating: 0xFF, count: 5000), [UInt8](repeating: 0x0D, count: 5000), Array("From".utf8), Array("From: ".utf8),
            (0...255).map { $0 },
        ] as [[UInt8]])
    func garbage(_ raw: [UInt8]) {
        let mail = ParsedMail(raw)
        #expect(mail.problems.contains(.noFrom))
        #expect(mail.attachments.isEmpty)
    }

    @Test func noHeaderAtAll() {
        #expect(ParsedMail(Array("just words\r\n\r\nand more".utf8)).problems == [.noFrom, .unparsable])
    }

    @Test(arguments: ["(", "a:", "<", "\"", "=?utf-8?q?a?= ", "a@b.c, ", "=?", "\\", ",", ";", "@", "<@a,@a:", "=?x?b?"])
    func hugeFields(_ unit: String) {
        let value = String(repeating: unit, count: 200_000 / unit.utf8.count)
        let mail = ParsedMail(Fixtures.mail("From: \(value)\nSubject: \(value)\nReferences: \(value)\nDate: \(value)\n\nx"))
        #expect(mail.dateEpoch == nil)
    }

    /// Bytes changed, cut out, doubled or put in from elsewhere, from a fixed seed.
    @Test(arguments: 0..<8) func mutations(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let tokens = [
            "\r\n", "\n", "--", "\0", "=?utf-8?b?", "Content-Type: multipart/mixed; boundary=", "<", ">", "\"", ":", "%", "=", "\u{202E}",
            "<div a='",
        ]
        for _ in 0..<500 {
            guard var raw = (Fixtures.all + [LimitTests.nested(3)]).randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0...raw.count, using: &random)
                let end = min(raw.count, index + Int.random(in: 0...40, using: &random))
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where index < raw.count: raw[index] = UInt8.random(in: 0...255, using: &random)
                case 1: raw.removeSubrange(index..<end)
                case 2: raw.insert(contentsOf: raw[index..<end], at: index)
                case 3: raw.insert(contentsOf: Array((tokens.randomElement(using: &random) ?? "").utf8), at: index)
                default: raw = Array(raw.prefix(index)) + raw[min(end, raw.count)...]
                }
            }
            let mail = ParsedMail(raw)
            #expect(!mail.subject.utf8.contains { $0 < 0x20 })
            #expect(!mail.text.utf8.contains(0) && !mail.text.utf8.contains(0x0D))
            #expect(mail.attachments.allSatisfy { ($0.filename?.utf8.count ?? 1) <= 200 && $0.filename?.contains("/") != true })
        }
    }
}

/// A small generator that gives the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
