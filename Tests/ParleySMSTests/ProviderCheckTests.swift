import Foundation
import ParleySMS
import ParleyYAML
import Testing

@Suite struct ProviderCheckTests {
    private static let adapters = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../adapters").standardized.path

    @Test func allDefinitionsHoldWhatTheirCasesSay() {
        let report = ProviderCheck.run(paths: [Self.adapters])
        #expect(report.providers.contains("kannel"))
        #expect(report.problems.map(\.description) == [])
        #expect(report.entries.filter { !$0.holds }.map(\.description) == [])
        #expect(report.isPassed)
    }

    @Test func nothingToCheckIsNoSuccess() {
        #expect(!ProviderCheck.run(paths: ["/nowhere"]).isPassed)
        #expect(!ProviderCheck.run(paths: []).isPassed)
    }

    /// Kannel's files with one thing changed, and the check that must find it.
    struct Change: CustomTestStringConvertible {
        let file: String
        let find: String
        let replacement: String
        let finding: String

        init(_ file: String, _ find: String, _ replacement: String, _ finding: String) {
            self.file = file
            self.find = find
            self.replacement = replacement
            self.finding = finding
        }

        var testDescription: String { finding }
    }

    @Test(arguments: [
        Change(
            "kannel.yaml", "{ when: { status: 503 }, outcome: temporary", "{ when: { status: 503 }, outcome: permanent",
            "outcome: expected `temporary`, found `permanent`"),
        Change("kannel.yaml", "\"8\": sent", "\"8\": delivered", "status: expected `sent`, found `delivered`"),
        Change("kannel.yaml", "\"4\": unchanged", "\"5\": unchanged", "status: expected `unchanged`, found `unknown`"),
        Change(
            "kannel.yaml", "\"4\": unchanged", "\"4\": unchanged\n          \"64\": failed", "no case is a receipt with carrier_status 64"),
        Change("kannel.yaml", "body: \"\" }", "body: \"OK\" }", "ack body: expected ``, found `OK`"),
        Change("kannel.yaml", "title: Kannel smsbox", "title: Kannel smsbox\nhomepage: x", "homepage: unknown key"),
        Change(
            "kannel.yaml", "path: /cgi-bin/sendsms", "path: /cgi-bin/sendsms/{{settings.password}}",
            "the secret `password` cannot stand in the path, which is logged"),
        Change(
            "kannel.yaml", "{ when: { status: 503 }, outcome: temporary", "{ when: { status: 202, body: x }, outcome: temporary",
            "send.results[5]: is never reached: the rule on line"),
        Change(
            "kannel.cases.yaml", "answer: { status: 429, headers: { Retry-After: \"7\" } }\n    outcome: { throttled: { after: 7s } }",
            "answer: { status: 401 }\n    outcome: misconfigured", "no case sends a message that is throttled"),
        Change(
            "kannel.cases.yaml", "answer: { status: 400, body: \"Sender missing and no global set, rejected\" }",
            "answer: { status: 403, body: \"Sender missing and no global set, rejected\" }", "no case meets the rule on line"),
        Change(
            "kannel.yaml", "    - kind: inbound",
            "    - { kind: opt_out, when: { parameter: { stop: \"1\" } }, from: from, to: to }\n    - kind: inbound",
            "no case meets the event on line"),
        Change("kannel.yaml", "\"27\"", "\"31\"", "url: expected"),
        Change(
            "kannel.yaml", "{ when: text.is_unicode, value: \"2\" }", "{ when: text.is_gsm7, value: \"2\" }", "query coding: expected []"),
        Change("kannel.cases.yaml", "coding: []", "coding: [\"0\"]", "query coding: expected [0], found []"),
        Change("kannel.cases.yaml", "refused: true", "events: []", "was refused: the secret is wrong"),
        Change("kannel.cases.yaml", "secret: callback-s3creT,", "", "was not refused"),
        Change("kannel.cases.yaml", "events: [not_understood]", "events: []", "expected 0 events, found 1"),
        Change("kannel.cases.yaml", "name: no answer", "name: not routable", "two cases have the name `not routable`"),
        Change(
            "kannel.cases.yaml", "Your code is 99\" } }]", "Your code is 98\" } }]",
            "text: expected `Your code is 98`, found `Your code is 99`"),
    ])
    func aChangeIsNoticed(change: Change) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in ["kannel.yaml", "kannel.cases.yaml"] {
            var text = try String(contentsOf: URL(filePath: Self.adapters).appending(path: file), encoding: .utf8)
            if file == change.file {
                try #require(text.contains(change.find))
                text = text.replacing(change.find, with: change.replacement, maxReplacements: 1)
            }
            try Data(text.utf8).write(to: folder.appending(path: file))
        }
        let report = ProviderCheck.run(paths: [folder.path])
        let all = report.problems.map(\.description) + report.entries.map(\.description)
        #expect(all.contains { $0.contains(change.finding) }, "\(all)")
        #expect(!report.isPassed)
    }

    @Test func aDefinitionComesWithItsCases() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(atPath: Self.adapters + "/kannel.yaml", toPath: folder.path + "/kannel.yaml")
        let report = ProviderCheck.run(paths: [folder.path])
        #expect(report.problems.first?.message.hasPrefix("has no cases: ") == true)
        #expect(!report.isPassed)
    }
}
