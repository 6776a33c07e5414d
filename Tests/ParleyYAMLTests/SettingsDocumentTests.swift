import Foundation
import ParleyYAML
import Testing

@Suite struct SettingsDocumentTests {
    private func read(
        _ text: String, environment: [String: String]? = [:], problems: SettingsProblems = SettingsProblems()
    ) throws -> (MappingReader, SettingsProblems) {
        (try SettingsDocument(text: text, file: "a.yaml", environment: environment, problems: problems).mapping(), problems)
    }

    @Test(arguments: [
        ("a: [1", 2, "is not YAML"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key `a` is given twice; it stands on line 1 already"),
        ("x:\n  a: 1\n  a: 2\n", 3, "the key `a` is given twice; it stands on line 2 already"),
        ("a: *nothing\n", 1, "is not YAML"),
        ("? [a]\n: 1\n", 1, "a key must be a text"),
        ("a: \"\u{1}\"\n", 1, "is not YAML"),
    ])
    func syntaxProblemsHaveALine(text: String, line: Int, message: String) {
        let problem = #expect(throws: SyntaxProblem.self) { try read(text) }
        #expect(problem?.line == line)
        #expect(problem?.message.hasPrefix(message) == true, "\(problem?.message ?? "")")
    }

    @Test func manyAliasesAreRefusedBeforeTheyFillTheMemory() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...6 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        let problem = #expect(throws: SyntaxProblem.self) { try read(text) }
        #expect(problem?.message == "has more than 100000 values")
    }

    @Test func anEmptyFileIsAnEmptyMapping() throws {
        let (reader, problems) = try read("")
        #expect(reader.keys.isEmpty)
        #expect(problems.isEmpty)
    }

    @Test func aListAtTheTopIsAProblem() throws {
        let (_, problems) = try read("- a\n")
        #expect(problems.all.map(\.description) == ["a.yaml:1: is a list; expected a mapping"])
    }

    @Test(arguments: ["NO", "off", "+15551230001", "1e3", "0x10", "2026-11-22", "1_000", "y"])
    func textsAreNeverGuessedAt(text: String) throws {
        let (reader, problems) = try read("a: \(text)\n")
        #expect(reader.string("a") == text)
        #expect(problems.isEmpty)
    }

    @Test(arguments: [
        ("${NAME}", "value"), ("x${NAME}y${NAME}", "xvaluey" + "value"), ("${NONE:-other}", "other"), ("${NONE:-}", ""),
        ("${EMPTY:-other}", "other"),
        ("${EMPTY}", ""), ("$${NAME}", "${NAME}"), ("$5 and $", "$5 and $"), ("${TRICK}", "a: b # ${NAME}"), ("${NONE:-a:-b}", "a:-b"),
    ])
    func variablesAreReplaced(text: String, expected: String) throws {
        let environment = ["NAME": "value", "EMPTY": "", "TRICK": "a: b # ${NAME}"]
        let (reader, problems) = try read("a: \"\(text)\"\n", environment: environment)
        #expect(reader.string("a") == expected)
        #expect(problems.isEmpty)
    }

    @Test(arguments: [
        ("${NONE}", "the environment variable NONE is not set (and there is no default: ${NONE:-default})"),
        ("${1A}", "has a `${…}` that is neither ${NAME} nor ${NAME:-default}"),
        ("${A-b}", "has a `${…}` that is neither ${NAME} nor ${NAME:-default}"),
        ("${A", "has a `${` without its `}`"),
    ])
    func badVariablesAreProblems(text: String, message: String) throws {
        let (_, problems) = try read("x: 1\na:\n  b: \"\(text)\"\n")
        #expect(problems.all == [SettingsProblem(file: "a.yaml", line: 3, path: "a.b", message: message)])
    }

    @Test func variablesStayWhereThereIsNoEnvironment() throws {
        let (reader, problems) = try read("a: ${NAME}\n", environment: nil)
        #expect(reader.string("a") == "${NAME}")
        #expect(problems.isEmpty)
    }
}
