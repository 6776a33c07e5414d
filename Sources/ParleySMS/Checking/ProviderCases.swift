import Foundation
import ParleyCore
public import ParleyYAML

/// The proof beside a definition, `adapters/<name>.cases.yaml`: what is sent and answered, what is called back, and what must come of it.
public struct ProviderCases: Sendable {
    /// The settings that all cases use. Its secrets are looked for in everything that is shown.
    public var settings: HTTPSMSSettings
    /// The URL under which the cases' provider reaches us.
    public var publicURL: String
    public var file: String
    /// When callbacks are checked.
    var now: Instant
    var cases: [Case]

    /// The number of cases written.
    public var count: Int { cases.count }

    struct Case: Sendable {
        var name: String
        var line: Int
        /// The settings of the file, or those with some options changed.
        var settings: HTTPSMSSettings
        var action: Action
    }

    enum Action: Sendable {
        case send(Sending)
        case callback(Calling)
    }

    struct Sending: Sendable {
        var message: OutboundText
        var request: RequestExpectation
        /// Nil where the message must not leave at all.
        var answer: Result<OutboundAnswer, TransferFailure>?
        var outcome: OutcomeExpectation
    }

    struct RequestExpectation: Sendable {
        var method: String?
        var url: String?
        var path: String?
        var query: [FieldExpectation] = []
        var headers: [FieldExpectation] = []
        var form: [FieldExpectation] = []
        var multipart: [FieldExpectation] = []
        var json: JSONValue?
        /// The text of an XML or raw body.
        var body: String?
    }

    /// The values a field must have: none, one or several.
    struct FieldExpectation: Sendable {
        var name: String
        var values: [[UInt8]]
    }

    struct OutcomeExpectation: Sendable {
        var word: ResultRule.Word
        var ids: [String]?
        var after: Duration?
        var code: String?
        /// The contract's error code.
        var contract: Int?
        var text: String?
    }

    struct Calling: Sendable {
        var request: CallbackRequest
        /// How it proves itself: the runner signs it so; nil when it is sent as it is written.
        var signedBy: String?
        /// When it is checked.
        var now: Instant
        /// True when the request must be refused.
        var isRefused: Bool
        var events: [EventExpectation]?
        var acknowledgement: AcknowledgementExpectation
    }

    struct AcknowledgementExpectation: Sendable {
        var status: Int?
        var contentType: String?
        var body: String?
    }

    enum EventExpectation: Sendable {
        case notUnderstood
        /// What is written must be so; by the case's words.
        case receipt([String: String])
        case message([String: String], links: [InboundLink]?)
        case consent([String: String])
    }

    static let nowDefault = Instant(seconds: 1_795_341_600)
    static let publicURLDefault = "https://parley.example"

    /// Reads a file of cases; every problem is recorded.
    ///
    /// - Returns: nil when there is any problem.
    public static func read(text: String, file: String, definition: ProviderDefinition, problems: SettingsProblems) -> ProviderCases? {
        let before = problems.count
        let document: SettingsDocument
        do {
            document = try SettingsDocument(text: text, file: file, problems: problems)
        } catch {
            problems.add(error)
            return nil
        }
        let top = document.mapping()
        let settings = HTTPSMSSettings(top, definition: definition)
        let publicURL = top.string("public_url", default: publicURLDefault)
        var now = nowDefault
        if let text = top.string("now") {
            if let date = try? Date(text, strategy: .iso8601) {
                now = Instant(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
            } else {
                top.problem("expected a time such as 2026-11-22T10:00:00Z", at: "now")
            }
        }
        let reader = CaseReader(definition: settings.definition, settings: settings, publicURL: publicURL, now: now)
        let cases = top.mappings("cases").compactMap(reader.read)
        top.finish()
        let names = cases.map(\.name)
        for (index, one) in cases.enumerated() where names[..<index].contains(one.name) {
            problems.add(SettingsProblem(file: file, line: one.line, path: "cases", message: "two cases have the name `\(one.name)`"))
        }
        guard problems.count == before else { return nil }
        return ProviderCases(settings: settings, publicURL: publicURL, file: file, now: now, cases: cases)
    }

    /// Reads the cases that lie beside a definition.
    public static func read(beside definition: ProviderDefinition, problems: SettingsProblems) -> ProviderCases? {
        let file =
            definition.file.hasSuffix(".yaml") ? definition.file.dropLast(".yaml".count) + ".cases.yaml" : definition.file + ".cases.yaml"
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) else {
            problems.add(
                SettingsProblem(
                    file: definition.file, line: 1, path: "",
                    message: "has no cases: \(file) cannot be read, and a definition comes with its proof"))
            return nil
        }
        return read(text: text, file: file, definition: definition, problems: problems)
    }
}
