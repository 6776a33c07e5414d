import Foundation
import HTTPTypes
import Testing

@testable import ParleyAPI

/// Every answer of the API that any test gets is compared with the document: its status, and its body's fields and types.
enum DocumentedAnswers {
    /// Nobody changes it once it is made, and that is once.
    private nonisolated(unsafe) static let check = try? AnswerCheck(document: Specification(APIDocument.document(apiURL: "").bytes))

    /// The paths that the document has, in their pieces; where two fit, the one with fewer variables comes first.
    private static let templates: [[Substring]] = {
        let templates = check?.document.paths.keys.map { $0.split(separator: "/", omittingEmptySubsequences: false) } ?? []
        return templates.sorted { variables($0) < variables($1) }
    }()

    static func expect(_ method: HTTPRequest.Method, _ target: String, _ reply: Reply) {
        guard let check, target.hasPrefix("/v1/") || target.hasPrefix("/admin/v1/") else { return }
        let pieces = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        let documented = templates.first { template in
            template.count == pieces.count && zip(template, pieces).allSatisfy { $0.hasPrefix("{") ? !$1.isEmpty : $0 == $1 }
                && check.document.paths[template.joined(separator: "/")]?[method.rawValue.lowercased()] != nil
        }
        guard let documented else { return }
        let problems = check.problems(method.rawValue, documented.joined(separator: "/"), reply)
        #expect(problems.isEmpty, "not as documented: \(problems.joined(separator: "; "))")
    }

    private static func variables(_ template: [Substring]) -> Int { template.count { $0.hasPrefix("{") } }
}
