import Foundation
import ParleyYAML
import Testing

@Suite struct MappingReaderTests {
    private enum Colour: String, CaseIterable {
        case red
        case green
    }

    private func read(_ text: String) throws -> MappingReader {
        try SettingsDocument(text: text, file: "a.yaml", environment: [:], problems: SettingsProblems()).mapping()
    }

    /// What reading `a` by some method records.
    private func problems(_ text: String, _ body: (MappingReader) -> Void) throws -> [String] {
        let reader = try read(text)
        body(reader)
        return reader.problems.all.map(\.description)
    }

    @Test func valuesAreRead() throws {
        let reader = try read(
            """
            text: some words
            number: 42
            truth: true
            wait: 5 min
            size: 32 MiB
            colour: green
            list: [a, "b"]
            one: a
            rate: 20/60s
            inner: { x: 1 }
            many: [{ x: 1 }, { x: 2 }]
            free: { b: 1, a: 2 }
            """)
        #expect(reader.string("text") == "some words")
        #expect(reader.int("number", in: 1...100) == 42)
        #expect(reader.bool("truth") == true)
        #expect(reader.duration("wait") == .seconds(300))
        #expect(reader.bytes("size") == 33_554_432)
        #expect(reader.choice("colour", of: Colour.self) == .green)
        #expect(reader.strings("list") == ["a", "b"])
        #expect(reader.strings("one") == ["a"])
        #expect(reader.rate("rate")?.count == 20)
        #expect(reader.rate("rate")?.per == .seconds(60))
        #expect(reader.mapping("inner")?.int("x") == 1)
        #expect(reader.mappings("many").map { $0.int("x") } == [1, 2])
        #expect(reader.entries("free").map(\.key) == ["b", "a"])
        #expect(reader.line(of: "wait") == 4)
        reader.finish()
        #expect(reader.problems.isEmpty)
    }

    @Test func whatIsNotWrittenIsNilOrTheDefault() throws {
        let reader = try read("b: 1\n")
        #expect(reader.string("a") == nil)
        #expect(reader.string("a", default: "x") == "x")
        #expect(reader.int("a", default: 7) == 7)
        #expect(reader.bool("a", default: true))
        #expect(reader.duration("a", default: .seconds(1)) == .seconds(1))
        #expect(reader.bytes("a", default: 5) == 5)
        #expect(reader.choice("a", default: Colour.red) == .red)
        #expect(reader.strings("a") == nil)
        #expect(reader.mapping("a") == nil)
        #expect(reader.mappings("a").isEmpty)
        #expect(reader.secret("a") == nil)
        #expect(reader.problems.isEmpty)
    }

    @Test(arguments: [
        ("a: x", "a.yaml:1: a: expected a whole number from 1 to 9"), ("a: 10", "a.yaml:1: a: expected a whole number from 1 to 9"),
        ("a: 99999999999999999999", "a.yaml:1: a: expected a whole number from 1 to 9"),
        ("a: [1]", "a.yaml:1: a: is a list; expected a whole number"),
        ("a:", "a.yaml:1: a: has no value; expected a whole number"),
    ])
    func numbersAreChecked(text: String, problem: String) throws {
        #expect(try problems(text) { _ = $0.int("a", in: 1...9) } == [problem])
    }

    @Test(arguments: ["yes", "on", "True", "1"])
    func onlyTrueAndFalseAreTruthValues(text: String) throws {
        #expect(try problems("a: \(text)") { _ = $0.bool("a") } == ["a.yaml:1: a: expected true or false"])
    }

    @Test(arguments: ["30", "s", "1.5s", "-1s", "9999999999999d", "1 fortnight", "99999999999999999999s"])
    func durationsAreChecked(text: String) throws {
        #expect(
            try problems("a: \(text)") { _ = $0.duration("a") } == ["a.yaml:1: a: expected a duration such as 500ms, 30s, 5m, 4h or 3d"])
    }

    @Test(arguments: ["1 XB", "MiB", "9223372036854775807 GiB", "-1 KB"])
    func sizesAreChecked(text: String) throws {
        #expect(try problems("a: \(text)") { _ = $0.bytes("a") } == ["a.yaml:1: a: expected a size such as 600 KB or 32 MiB"])
    }

    @Test(arguments: ["50", "0/s", "50/0s", "/s", "x/s", "5/"])
    func ratesAreChecked(text: String) throws {
        #expect(try problems("a: \(text)") { _ = $0.rate("a") } == ["a.yaml:1: a: expected a count per time such as 50/s or 20/60s"])
    }

    @Test func choicesSuggestTheNearestWord() throws {
        #expect(
            try problems("a: gren") { _ = $0.choice("a", of: Colour.self) } == [
                "a.yaml:1: a: unknown value `gren`; did you mean `green`? (valid: red, green)"
            ])
    }

    @Test func requiredKeysAreAskedFor() throws {
        #expect(try problems("b: 1") { _ = $0.requiredString("a") } == ["a.yaml:1: a: is required"])
        #expect(try problems("a: ''") { _ = $0.requiredString("a") } == ["a.yaml:1: a: is empty"])
        #expect(try problems("b: 1") { reader in _ = reader.required("a") { $0.int("a") } } == ["a.yaml:1: a: is required"])
    }

    @Test func unknownKeysAreRefusedEverywhereAtOnce() throws {
        let text = "conurrency: 3\nrate: 5/s\ninner:\n  colour: red\n  color: red\nmany:\n  - x: 1\n    zzz: 1\n"
        let found = try problems(text) { reader in
            _ = reader.int("concurrency")
            _ = reader.rate("rate")
            _ = reader.mapping("inner")?.string("colour")
            _ = reader.mappings("many").map { $0.int("x") }
            reader.finish()
            reader.finish()
        }
        #expect(
            found == [
                "a.yaml:1: conurrency: unknown key; did you mean `concurrency`? (valid: concurrency, rate, inner, many)",
                "a.yaml:5: inner.color: unknown key; did you mean `colour`? (valid: colour)",
                "a.yaml:8: many[0].zzz: unknown key; valid: x",
            ])
    }

    @Test func whatIsPlannedIsRefusedAsSuch() throws {
        let found = try problems("xml: 1\nnew: 2\n") { reader in
            reader.notSupportedYet("xml", "soap")
            _ = reader.string("old")
            reader.finish()
        }
        #expect(found == ["a.yaml:1: xml: is not supported yet", "a.yaml:2: new: unknown key; valid: old"])
    }

    @Test func secretsAreNeverPrinted() throws {
        let reader = try read("a: s3cret\nb: [one-secret, two-secret]\n")
        let secret = try #require(reader.secret("a"))
        #expect(secret.value == "s3cret")
        #expect(reader.secrets("a")?.map(\.value) == ["s3cret"])
        #expect(reader.secrets("b")?.map(\.value) == ["one-secret", "two-secret"])
        var dumped = ""
        dump(["x": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", "\(Optional(secret) as Any)", dumped] {
            #expect(!text.contains("s3cret"), "\(text)")
        }
    }

    @Test func secretsAreReadFromFiles() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "parley-secret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data("from the file\n".utf8).write(to: URL(filePath: file))
        let reader = try read("a: file:\(file)\nb: file:\(file)-missing\n")
        #expect(reader.secret("a")?.value == "from the file")
        #expect(reader.secret("b") == nil)
        #expect(reader.problems.all.map(\.description) == ["a.yaml:2: b: the file \(file)-missing cannot be read"])
    }

    @Test func problemsAreInTheOrderOfTheFile() throws {
        let found = try problems("b: x\na: x\n") { reader in
            _ = reader.int("a")
            _ = reader.int("b")
        }
        #expect(found == ["a.yaml:1: b: expected a whole number", "a.yaml:2: a: expected a whole number"])
    }
}
