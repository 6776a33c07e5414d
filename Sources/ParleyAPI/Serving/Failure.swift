import HTTPTypes
import Logging
import NIOCore
import ParleyBroker
import ParleyCore

/// What a caller is told when a route fails, and what goes to the log instead.
enum Failure {
    static func answer(_ error: any Error, to path: RequestPath, logger: Logger) -> Answer {
        switch error {
        case let refusal as Refusal:
            // What is not there is named as the caller named it, whichever prefix and name the path used.
            return .refusal(refusal.code == 20404 ? .notFound(path.withoutVersion) : refusal)
        case is InvalidCursor:
            return .refusal(.invalid("PageToken", "was not given by this list"))
        case let failure as NotDurable:
            logger.error("a request could not be carried out durably", metadata: ["error": "\(failure)"])
            return unavailable
        case let failure as MediaFailure:
            logger.error("the media store failed", metadata: ["error": "\(failure)"])
            return unavailable
        case is BrokenRequest:
            return .refusal(.broken)
        default:
            // The type and no more: a stranger's error may hold data.
            logger.error("a request failed unexpectedly", metadata: ["error": "\(type(of: error))"])
            return .refusal(.internalError)
        }
    }

    private static let unavailable = Answer.refusal(.unavailable, headers: [.retryAfter: "1"])
}
