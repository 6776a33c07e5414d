import Foundation
import HTTPTypes
import ParleyAPI
import ParleyCore
import Testing

/// How the document is served, and that it is a valid one.
@Suite struct DocumentTests {
    static func document() async throws -> Specification {
        let installation = try await Installation()
        return try await Specification(installation.api { try await $0.get("/v1/openapi.json").body })
    }

    @Test(arguments: Transport.allCases)
    func isServedToAnybody(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let stranger = Caller(client: caller.client, authorization: nil)
            let reply = try await stranger.get("/v1/openapi.json")
            #expect(reply.status == 200)
            #expect(reply.headers[.contentType] == "application/json; charset=utf-8")
            #expect(reply.headers[.cacheControl] == "no-cache")
            #expect(reply.string("openapi") == "3.0.1")
            #expect(reply.list("servers").map { $0["url"] as? String } == [Installation.apiURL])
            let head = try await stranger.send(.head, "/v1/openapi.json")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers[.eTag] == reply.headers[.eTag])
        }
    }

    @Test func saysNothingElseOfTheInstallation() async throws {
        let installation = try await Installation()
        let reply = try await installation.api { try await $0.get("/v1/openapi.json") }
        for secret in [
            Installation.account.text, Installation.token, Installation.key.sid.text, Installation.key.secret, installation.service.text,
            Installation.publicURL,
        ] {
            #expect(!reply.text.contains(secret))
        }
    }

    @Test(arguments: [
        ("TAG", 304), ("W/TAG", 304), ("\"a\", TAG", 304), ("\"a\" ,W/TAG , \"b\"", 304), ("*", 304), ("\"a\"", 200), ("", 200),
        (",,", 200),
    ])
    func isNotSentToWhoHasIt(condition: String, status: Int) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let tag = try #require(await caller.get("/v1/openapi.json").headers[.eTag])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 2)
            let reply = try await caller.get("/v1/openapi.json", [.ifNoneMatch: condition.replacingOccurrences(of: "TAG", with: tag)])
            #expect(reply.status == status)
            #expect(reply.headers[.eTag] == tag)
            #expect(reply.body.isEmpty == (status == 304))
        }
    }

    @Test func itsReferencesLeadSomewhere() async throws {
        let document = try await DocumentTests.document()
        #expect(!document.references.isEmpty)
        for reference in document.references { #expect(document.target(reference) != nil, "\(reference)") }
    }

    /// A schema, an answer or a parameter that nothing refers to is a leftover, but for the words that the contract names and does not use.
    @Test func itsComponentsAreUsed() async throws {
        let document = try await DocumentTests.document()
        let components = try #require(document.root["components"] as? [String: [String: Any]])
        let unused = ["schemas", "responses", "parameters", "headers"].flatMap { kind in
            (components[kind] ?? [:]).keys.filter { !document.references.contains("#/components/\(kind)/\($0)") }
        }
        #expect(
            Set(unused) == [
                "conversation_webhook_enum_method", "conversation_webhook_enum_target",
                "service_stats_conversations_ratelimitingerrors_enum_source", "stats_twilsock_ratelimitingerrors_enum_source",
            ])
    }

    @Test func itsOperationsAreNamedOnceAndSayWhatTheyTake() async throws {
        let document = try await DocumentTests.document()
        let names = document.operations.compactMap { $0.value["operationId"] as? String }
        #expect(names.count == document.operations.count)
        #expect(Set(names).count == names.count, "\(Dictionary(grouping: names) { $0 }.filter { $1.count > 1 }.keys)")
        for operation in document.operations {
            let parameters = document.parameters(of: operation)
            #expect(
                parameters.count == (operation.value["parameters"] as? [Any] ?? []).count, "\(operation.label): a parameter stands twice")
            let variables = Set(operation.path.matches(of: /\{([^}]*)\}/).map { String($0.1) })
            let declared = parameters.values.filter { $0["in"] as? String == "path" }
            #expect(Set(declared.compactMap { $0["name"] as? String }) == variables, "\(operation.label)")
            for parameter in declared { #expect(parameter["required"] as? Bool == true, "\(operation.label)") }
            for parameter in parameters.values { #expect(parameter["schema"] is [String: Any], "\(operation.label)") }
            let answers = try #require(operation.value["responses"] as? [String: [String: Any]])
            // The contract's link to a message's channel metadata leads to a 404 that has its own code, and never to more. Where another protocol
            // follows, 101 is the answer.
            let hasAnswer = answers.keys.contains { $0.hasPrefix("2") || $0 == "101" }
            #expect(hasAnswer || operation.path.hasSuffix("/ChannelMetadata"), "\(operation.label)")
            for (status, answer) in answers { #expect(document.resolved(answer)["description"] is String, "\(operation.label), \(status)") }
        }
    }

    /// Two templates that differ only in their variables' names would be one path (OpenAPI 3.0.1, "Paths Object").
    @Test func itsPathsAreDifferent() async throws {
        let paths = try await DocumentTests.document().paths.keys.map { $0.replacing(/\{[^}]*\}/, with: "{}") }
        #expect(Set(paths).count == paths.count)
    }

    @Test func everyOperationWithCredentialsDeclaresItsRefusals() async throws {
        let document = try await DocumentTests.document()
        for operation in document.operations where operation.value["security"] == nil {
            let answers = operation.value["responses"] as? [String: [String: Any]] ?? [:]
            var statuses = ["400", "401", "403", "404", "405", "429", "503"]
            if operation.method == "post" { statuses += ["408", "409", "413"] }
            for status in statuses {
                let body = document.contents(answers[status] ?? [:])["application/json"]
                #expect(
                    Set((body?["properties"] as? [String: Any] ?? [:]).keys) == ["code", "message", "more_info", "status"],
                    "\(operation.label)")
            }
        }
    }
}
