import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ParleyBroker
import ParleyCore
import ParleyStore
import Synchronization
import Testing

@testable import ParleyAPI

/// Every parameter of every operation of the document, and of the operator's routes, meets values that it should not have: a client's error
/// that names it, and nothing is written.
@Suite struct BadInputSweepTests {
    private static func operations() throws -> [SweptOperation] {
        try SweptOperation.all(in: Specification(APIDocument.document(apiURL: "").bytes))
    }

    @Test func everyParameterOfEveryOperation() async throws {
        let furnished = try await FurnishedInstallation(requestBytes: 300_000)
        let (operations, cases, problems, exceptions) = try await furnished.installation.api { caller in
            let sweep = BadInputSweep(furnished, caller)
            let operations = try Self.operations() + SweptOperation.ofTheOperator(held: furnished.held)
            for operation in operations { try await sweep.run(operation) }
            return (operations.count, sweep.cases, sweep.problems, sweep.usedExceptions)
        }
        // A sweep over nothing would find nothing.
        #expect(operations > 120 && cases > 6000, "\(operations) operations, \(cases) cases")
        for problem in problems { Issue.record("\(problem)") }
        #expect(exceptions == BadInputException.all, "exceptions that nothing needs: \(BadInputException.all.subtracting(exceptions))")
    }

    /// The length that a request announces is enough to refuse it: not a byte of the body is waited for. Without it, no more is read than
    /// the limit and the piece that goes beyond it, although there is no end.
    @Test(arguments: [true, false])
    func aBodyThatIsTooLongIsNotReadWhole(isAnnounced: Bool) async throws {
        let limit = 64 * 1024
        let piece = 4096
        let furnished = try await FurnishedInstallation(requestBytes: limit)
        let installation = furnished.installation
        let site = APISite(
            broker: installation.broker, configuration: furnished.configuration, tally: CallbackTally(), logger: installation.log.logger,
            clock: ContinuousClock())
        let posts = try Self.operations().filter { $0.method == .post && $0.takesForm }
        #expect(posts.count > 30)
        for operation in posts {
            var headers = HTTPFields()
            headers[.authorization] =
                operation.isOfUsers ? furnished.bearer : Caller.basic(Installation.account.text, Installation.token)
            headers[.contentType] = "application/x-www-form-urlencoded"
            if isAnnounced { headers[.contentLength] = String(limit + 1) }
            let pieces = Mutex(0)
            let body = AsyncStream<ByteBuffer> {
                pieces.withLock { $0 += 1 }
                return ByteBuffer(repeating: UInt8(ascii: "x"), count: piece)
            }
            let head = HTTPRequest(
                method: .post, scheme: nil, authority: nil, path: operation.request(for: "", furnished.here).target, headerFields: headers)
            let before = try installation.store.base.contents()
            let answer = await site.respond(to: Request(head: head, body: RequestBody(asyncSequence: body)), from: nil).answer
            #expect(answer.status == 413, "\(operation.label)")
            let read = pieces.withLock { $0 }
            #expect(isAnnounced ? read == 0 : read <= limit / piece + 2, "\(operation.label): \(read) pieces were read")
            #expect(try installation.store.base.contents() == before, "\(operation.label)")
        }
    }
}
