import Foundation
import HTTPTypes
import Logging
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

/// The document and what is served say the same.
@Suite struct DocumentRouteTests {
    @Test func everyOperationIsServedAndEveryRouteIsDocumented() async throws {
        let installation = try await Installation()
        let configuration = APIConfiguration(
            listen: .init(host: "127.0.0.1", port: 0), publicListen: .init(host: "127.0.0.1", port: 0), apiURL: Installation.apiURL,
            account: Installation.account, authToken: Installation.token)
        let site = APISite(
            broker: installation.broker, configuration: configuration, tally: CallbackTally(), logger: Logger(label: "test"),
            clock: ContinuousClock())
        let served = Set(site.published.map { DocumentRouteTests.normal($0.method.rawValue, $0.pattern) })
        let document = try Specification(APIDocument.document(apiURL: Installation.apiURL).bytes)
        let documented = Set(document.operations.map { DocumentRouteTests.normal($0.method, $0.path) })
        let (unserved, undocumented) = (documented.subtracting(served).sorted(), served.subtracting(documented).sorted())
        #expect(unserved.isEmpty, "documented and not served:\n\(unserved.joined(separator: "\n"))")
        #expect(undocumented.isEmpty, "served and not documented:\n\(undocumented.joined(separator: "\n"))")
    }

    /// Asked with a method that no path has, each path that the document names says which it has.
    @Test func everyPathSaysItsMethods() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let document = try Specification(await caller.get("/v1/openapi.json").body)
            let paths = Dictionary(grouping: document.operations.filter { $0.value["security"] == nil }, by: \.path)
            var otherwise: [String] = []
            for (path, operations) in paths.sorted(by: { $0.key < $1.key }) {
                let concrete = path.replacing("{ChatServiceSid}", with: installation.service.text)
                    .replacing(/\/Services\/\{Sid\}/, with: "/Services/\(installation.service)").replacing(/\{[^}]*\}/, with: "x")
                let reply = try await caller.send(.put, concrete)
                let allowed = Set((reply.headers[.allow] ?? "").split(separator: ", ").map { $0.lowercased() })
                let documented = Set(operations.map(\.method))
                if reply.status != 405 || !allowed.isSuperset(of: documented) {
                    otherwise.append("\(path): \(reply.status), \(allowed.sorted())")
                }
            }
            #expect(otherwise.isEmpty, "\(otherwise.joined(separator: "\n"))")
        }
    }

    /// A method and a pattern in which variables have no names.
    static func normal(_ method: String, _ pattern: String) -> String {
        method.uppercased() + " " + pattern.replacing(/\{[^}]*\}/, with: "{}")
    }
}
