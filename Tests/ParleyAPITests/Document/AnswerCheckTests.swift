import Foundation
import HTTPTypes
import Testing

/// The check of answers finds what is not as it was declared.
@Suite struct AnswerCheckTests {
    static let document = #"""
        {"paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/a"}}}},
          "204": {}}}}, "/b": {"get": {"responses": {"204": {"headers": {"Parley-Position": {"$ref": "#/components/headers/p"}}}}}}},
         "components": {"headers": {"p": {"required": true, "schema": {"type": "integer"}}}, "schemas": {"a": {"type": "object", "properties": {
          "sid": {"type": "string", "pattern": "^AC[0-9]$"}, "count": {"type": "integer"}, "on": {"type": "boolean", "nullable": true},
          "date": {"type": "string", "format": "date-time"}, "word": {"type": "string", "enum": ["x", "y"]},
          "links": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}, "any": {"nullable": true},
          "list": {"type": "array", "items": {"type": "string"}}}}}}}
        """#

    static let good = #"""
        {"sid": "AC1", "count": 0, "on": true, "date": "2026-01-31T12:00:00Z", "word": "x", "links": {"a": "https://a.example/b"},
         "any": {"b": 1}, "list": ["c"]}
        """#

    @Test(arguments: [
        ("", ""), ("true", "null"), (#"{"b": 1}"#, "null"), (#"{"b": 1}"#, "[1]"), (#"["c"]"#, "[]"), (#""count": 0"#, #""count": 1"#),
    ])
    func letsPass(part: String, other: String) throws {
        #expect(try AnswerCheckTests.problems(200, AnswerCheckTests.good.replacingOccurrences(of: part, with: other)) == [])
    }

    @Test(arguments: [
        (#""AC1""#, #""AB1""#, ".sid"), (#""AC1""#, "null", ".sid: null"), (#""count": 0"#, #""count": "0""#, "no integer"),
        (#""count": 0"#, #""count": true"#, "no integer"), ("true", "1", "no boolean"), ("12:00:00Z", "12:00:00.000Z", ".date"),
        (#""word": "x""#, #""word": "z""#, ".word"), ("https://a.example/b", "b", ".links.a"), (#"["c"]"#, "[1]", ".list[]"),
        (#""any": {"b": 1},"#, "", #"["any"]"#), (#""any""#, #""other": 1, "any""#, #"["other"]"#), (good, "[]", "no object"),
        (good, "", "no JSON"),
    ])
    func finds(part: String, other: String, problem: String) throws {
        #expect(AnswerCheckTests.good.contains(part))
        let problems = try AnswerCheckTests.problems(200, AnswerCheckTests.good.replacingOccurrences(of: part, with: other))
        #expect(problems.count == 1 && problems[0].contains(problem), "\(problems)")
    }

    @Test func findsStatusesAndBodiesThatAreNotDeclared() throws {
        #expect(try AnswerCheckTests.problems(201, AnswerCheckTests.good) == ["GET /a: 201 is not declared"])
        #expect(try AnswerCheckTests.problems(204, "x") == ["GET /a: 204 with a body"])
        #expect(try AnswerCheckTests.problems(204, "") == [])
    }

    @Test(
        arguments: [
            ("/b", "7", nil), ("/b", nil, "no Parley-Position"), ("/b", "x", "Parley-Position is x"), ("/a", "7", "not declared"),
            ("/a", nil, nil),
        ] as [(String, String?, String?)])
    func findsAPositionThatIsMissingOrTooMuch(path: String, position: String?, problem: String?) throws {
        let check = AnswerCheck(document: try Specification(AnswerCheckTests.document.utf8))
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("Parley-Position"))] = position
        let problems = check.problems("GET", path, Reply(status: 204, headers: headers, body: []))
        #expect(problems.count == (problem == nil ? 0 : 1) && problems.allSatisfy { $0.contains(problem ?? "") }, "\(problems)")
    }

    static func problems(_ status: Int, _ body: String) throws -> [String] {
        let check = AnswerCheck(document: try Specification(document.utf8))
        return check.problems("GET", "/a", Reply(status: status, headers: [:], body: Array(body.utf8)))
    }
}
