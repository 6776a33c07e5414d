import Foundation
import Testing

/// The document against the published contract, whose own document is not part of this repository: `PARLEY_CONTRACT` names the file.
@Suite struct DocumentContractTests {
    static let contract = ProcessInfo.processInfo.environment["PARLEY_CONTRACT"]

    @Test(.enabled(if: contract != nil, "SKIPPED: the contract's document is not here; set PARLEY_CONTRACT to compare"))
    func hasEverythingOfTheContract() async throws {
        let file = try Data(contentsOf: URL(filePath: try #require(DocumentContractTests.contract)))
        let contract = try Specification(file)
        let installation = try await Installation()
        let ours = try await installation.api { try await $0.get("/v1/openapi.json").body }
        let comparison = try SpecificationComparison(of: contract, with: Specification(ours))
        #expect(comparison.differences.isEmpty, "\(comparison.differences.joined(separator: "\n"))")
        #expect(contract.paths.count >= 49 && contract.operations.count >= 103 && contract.schemas.count >= 71)
        #expect(comparison.compared > 1000)
    }

    /// A small contract, and the same with one thing changed: what is found.
    @Test(arguments: [
        (#""/a/{Sid}""#, #""/b/{Sid}""#, "POST /a/{Sid}: missing"), (#""post""#, #""get""#, "POST /a/{Sid}: missing"),
        (#""DoIt""#, #""DoThat""#, "operationId"), (#""name": "Sid""#, #""name": "Id""#, "path Sid: missing"),
        (#""name": "P", "in": "query""#, #""name": "P", "in": "header""#, "query P: missing"),
        (
            #""required": true, "schema": {"type": "string", "minLength": 3"#, #""schema": {"type": "string", "minLength": 3"#,
            "path Sid: required"
        ),
        (#""minLength": 3"#, #""minLength": 2"#, "path Sid: minLength 2, not 3"),
        (#""maximum": 9"#, #""maximum": 8"#, "query P: maximum 8, not 9"),
        (#""name": "P", "in": "query""#, #""name": "P", "in": "query", "required": true"#, "query P: required"),
        (#""X": {"type": "string"}"#, #""Y": {"type": "string"}"#, "x-www-form-urlencoded.X: missing"),
        (#""X": {"type": "string"}"#, #""X": {"type": "string", "format": "uri"}"#, "X: format uri, not none"),
        (#""required": ["X"]"#, #""required": ["X", "Z"]"#, #"required ["X", "Z"], not ["X"]"#),
        (#""201""#, #""200""#, "201: missing"), (#""pattern": "^A$""#, #""pattern": "^B$""#, "f: pattern ^B$, not ^A$"),
        (#", "nullable": true"#, "", "f: not nullable"), (#"["a", "b"]"#, #"["a", "b", "c"]"#, "e: enum a|b|c, not a|b"),
        (#""items": {"type": "integer"}"#, #""items": {"type": "string"}"#, "l[]: type string, not integer"),
        (#""thing":"#, #""thong":"#, "schema thing: missing"),
        (
            #""parameters": ["#, #""parameters": [{"name": "Q", "in": "query", "required": true, "schema": {}}, "#,
            "query Q: asked for, though the contract does not know it"
        ),
    ])
    func findsWhatIsOtherwise(part: String, other: String, difference: String) throws {
        let contract = try Specification(DocumentContractTests.small.utf8)
        #expect(DocumentContractTests.small.contains(part))
        let ours = try Specification(DocumentContractTests.small.replacingOccurrences(of: part, with: other).utf8)
        let comparison = SpecificationComparison(of: contract, with: ours)
        #expect(comparison.differences.contains { $0.contains(difference) }, "\(comparison.differences)")
    }

    @Test(arguments: [
        ("", ""), (#"["a", "b"]"#, #"["b", "a"]"#), (#""X": {"type": "string"}"#, #""X": {"type": "string"}, "Z": {}"#),
        (#"{"type": "integer", "maximum": 9}"#, #"{"type": "integer", "maximum": 9, "nullable": true}"#),
        (#""parameters": ["#, #""parameters": [{"name": "Q", "in": "query", "schema": {}}, "#),
        (#""201": {"#, #""400": {}, "201": {"#),
    ])
    func letsMoreBeThere(part: String, other: String) throws {
        let contract = try Specification(DocumentContractTests.small.utf8)
        let ours = try Specification(DocumentContractTests.small.replacingOccurrences(of: part, with: other).utf8)
        #expect(SpecificationComparison(of: contract, with: ours).differences == [])
    }

    static let small = #"""
        {"paths": {"/a/{Sid}": {"post": {"operationId": "DoIt", "parameters": [
          {"name": "Sid", "in": "path", "required": true, "schema": {"type": "string", "minLength": 3}},
          {"name": "P", "in": "query", "schema": {"type": "integer", "maximum": 9}}],
         "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema":
          {"type": "object", "required": ["X"], "properties": {"X": {"type": "string"}}}}}},
         "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}}}}}},
         "components": {"schemas": {"thing": {"type": "object", "properties": {"f": {"type": "string", "pattern": "^A$", "nullable": true},
          "e": {"$ref": "#/components/schemas/words"}, "l": {"type": "array", "items": {"type": "integer"}}}},
          "words": {"type": "string", "enum": ["a", "b"]}}}}
        """#
}
