import Foundation
@testable import ParleyAPI
import Testing

/// The page that says what is the same as in the contract and what differs names every operation, and no other.
@Suite struct CompatibilityTests {
    @Test func everyOperationOfTheContractHasItsPlaceOnThePage() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/compatibility.md"), encoding: .utf8)
        let named = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|").first.map { $0.matches(of: /`(\w+)`/).map { String($0.output.1) } } ?? []
        }
        let document = try Specification(APIDocument.document(apiURL: Installation.apiURL).bytes)
        let contract = document.operations.compactMap { operation in
            (operation.value["tags"] as? [String])?.contains("Extensions") == true ? nil : operation.value["operationId"] as? String
        }
        #expect(contract.count == 103)
        #expect(Set(named).symmetricDifference(contract) == [])
        #expect(named.count == 103, "one is named twice")
    }
}
