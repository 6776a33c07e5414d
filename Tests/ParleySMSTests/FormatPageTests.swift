import Foundation
import ParleyCore
import ParleySMS
import ParleyYAML
import Testing

/// The reference of the format, the template and the editors' schemas name what the decoder knows, and nothing else.
@Suite struct FormatPageTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    private static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// The keys that the decoder asks for while it reads the template and everything in adapters/.
    private static func keys() throws -> (definition: Set<String>, cases: Set<String>) {
        let problems = SettingsProblems()
        let folder = root.appending(path: "adapters").path
        let template = try #require(ProviderDefinition.read(path: folder + "/_template.yaml", problems: problems))
        let definitions = ProviderDefinition.readAll(folders: [folder], problems: problems)
        #expect(problems.all.map(\.description) == [])
        let casesProblems = SettingsProblems()
        for definition in definitions.values { _ = ProviderCases.read(beside: definition, problems: casesProblems) }
        #expect(casesProblems.all.map(\.description) == [])
        // What an operator may write under credentials and options are the settings' own names.
        let named = Set((Array(definitions.values) + [template]).flatMap(\.settings).map(\.name))
        // The words of tables are read one by one, as keys.
        return (problems.knownKeys.subtracting(tableWords(problems.knownKeys)), casesProblems.knownKeys.subtracting(named))
    }

    /// Keys that are a provider's words, not the format's: what no provider file could have in common with another.
    private static func tableWords(_ keys: Set<String>) -> Set<String> {
        keys.filter { $0.wholeMatch(of: /[a-z][a-z0-9_]*/) == nil }
    }

    @Test func theTemplateIsADefinition() throws {
        let problems = SettingsProblems()
        let template = ProviderDefinition.read(path: Self.root.appending(path: "adapters/_template.yaml").path, problems: problems)
        #expect(problems.all.map(\.description) == [])
        #expect(template?.name == "_template")
    }

    /// What the page has in the first column of its tables, outside of code.
    private static func pageKeys(_ page: String) -> Set<String> {
        Set(
            page.split(separator: "\n").flatMap { line -> [String] in
                guard line.hasPrefix("| `") else { return [] }
                let cell = line.dropFirst(2).prefix { $0 != "|" }
                return cell.matches(of: /`([a-z][a-z0-9_]*)`/).map { String($0.1) }
            })
    }

    @Test func thePageNamesEveryKey() throws {
        let page = try Self.text("docs/adapter-format.md")
        let (definition, cases) = try Self.keys()
        let words = Set(page.matches(of: /[a-z][a-z0-9_]*/).map { String($0.0) })
        #expect(definition.union(cases).subtracting(words).sorted() == [])
    }

    @Test func thePageNamesNoKeyThatIsNone() throws {
        let (definition, cases) = try Self.keys()
        let variables: Set = ["text", "reference", "idempotency_key"]
        #expect(
            Self.pageKeys(try Self.text("docs/adapter-format.md")).subtracting(definition).subtracting(cases).subtracting(variables)
                .sorted() == [])
    }

    /// The names of all properties in a JSON Schema.
    private static func properties(_ value: Any) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(properties($1)) } }
        guard let object = value as? [String: Any] else { return [] }
        var found: Set<String> = []
        for (key, inner) in object {
            if key == "properties", let named = inner as? [String: Any] {
                found.formUnion(named.keys)
                for schema in named.values { found.formUnion(properties(schema)) }
            } else {
                found.formUnion(properties(inner))
            }
        }
        return found
    }

    @Test func theSchemasHaveTheSameKeys() throws {
        let (definition, cases) = try Self.keys()
        for (file, keys) in [("schema.json", definition), ("cases.schema.json", cases)] {
            let schema = try JSONSerialization.jsonObject(with: Data(Self.text("adapters/\(file)").utf8))
            let named = Self.properties(schema)
            #expect(keys.subtracting(named).sorted() == [], "not in \(file)")
            // Words of outcomes, and settings of one provider that are called like keys.
            let outcomes: Set = ["accepted", "misconfigured", "opted_out", "permanent", "temporary", "throttled", "unknown"]
            let others = outcomes.union(["body", "method", "path"])
            #expect(
                named.subtracting(keys).subtracting(others).filter { $0.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil }.sorted() == [],
                "only in \(file)")
        }
    }

    /// Every variable and encoding is named too.
    @Test(arguments: [
        "text.utf16be", "text.gsm7", "text.utf16be_hex", "text.gsm7_hex", "from.e164", "to.digits", "to.as_written", "part.udh_hex",
        "media.filename", "callbacks.inbound", "not NAME", "_percent", "ignore_leading_zeros", "hex_or_decimal", "unchanged",
    ])
    func thePageNamesTheWords(word: String) throws {
        #expect(try Self.text("docs/adapter-format.md").contains(word))
    }
}
