import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ParleyCore
import Synchronization
import Testing

@testable import ParleyAPI

/// Every parameter of every operation of the document meets values that it should not have: a client's error that names it, and nothing is
/// written.
@Suite struct BadInputSweepTests {
    @Test func everyParameterOfEveryOperation() async throws {
        let operations = try SweptOperation.all(in: Specification(APIDocument.document(apiURL: "").bytes))
        #expect(operations.count >= 115)
        let furnished = try await FurnishedInstallation(requestBytes: 300_000)
        let (cases, problems, exceptions) = try await furnished.installation.api { caller in
            let sweep = BadInputSweep(furnished, caller)
            for operation in try SweptOperation.all(in: Specification(APIDocument.document(apiURL: "").bytes)) {
                try await sweep.run(operation)
            }
            return (sweep.cases, sweep.problems, sweep.usedExceptions)
        }
        #expect(cases > 8000)
        for problem in problems { Issue.record("\(problem)") }
        #expect(exceptions == BadInputException.all, "exceptions that nothing needs: \(BadInputException.all.subtracting(exceptions))")
    }
}
