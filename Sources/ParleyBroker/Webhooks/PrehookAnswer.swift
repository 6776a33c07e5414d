import Foundation
import ParleyCore

/// What a pre-hook said: 2xx with nothing or an object goes on, 4xx and 5xx refuse, everything else is no answer.
enum PrehookAnswer: Sendable, Hashable {
    case goOn(HookChanges)
    case refused(status: Int)
    /// - reason: for the log; holds nothing of the answer.
    case unanswered(timedOut: Bool, reason: String)

    init(_ answer: OutboundAnswer) throws(Refusal) {
        switch answer.status {
        case 400...: self = .refused(status: answer.status)
        case 200..<300: self = try PrehookAnswer.read(answer.body)
        default: self = .unanswered(timedOut: false, reason: "it answered \(answer.status)")
        }
    }

    init(_ failure: TransferFailure) {
        self = .unanswered(timedOut: failure.reason == .timedOut, reason: failure.reason.rawValue)
    }

    /// - Throws: 400/20001 when a change is of the wrong type: a change that cannot be taken is the caller's to know.
    private static func read(_ body: [UInt8]) throws(Refusal) -> PrehookAnswer {
        guard body.contains(where: { $0 > 0x20 }) else { return .goOn(HookChanges()) }
        guard let object = (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) as? [String: Any] else {
            return .unanswered(timedOut: false, reason: "its answer is no JSON object")
        }
        var changes = HookChanges()
        changes.friendlyName = try text(object, "friendly_name")
        changes.body = try text(object, "body")
        changes.author = try text(object, "author")
        // Attributes are a text that holds JSON; an object is what is meant by it.
        if let nested = object["attributes"] as? [String: Any] {
            let data = try? JSONSerialization.data(withJSONObject: nested, options: [.sortedKeys, .withoutEscapingSlashes])
            changes.attributes = data.map { String(decoding: $0, as: UTF8.self) }
        } else {
            changes.attributes = try text(object, "attributes")
        }
        return .goOn(changes)
    }

    private static func text(_ object: [String: Any], _ name: String) throws(Refusal) -> String? {
        guard let value = object[name], !(value is NSNull) else { return nil }
        guard let text = value as? String else { throw .invalid(name, "the pre-webhook changed it to something that is no text") }
        guard !text.utf8.contains(0) else { throw .invalid(name, "the pre-webhook changed it to a text with NUL") }
        return text
    }
}

extension Refusal {
    static let prehookRefused = Refusal(code: 50056, status: 403, message: "The pre-webhook rejected the action")

    static let prehookFailed = Refusal(code: 50057, status: 403, message: "The pre-webhook failed: it gave no answer that can be read")

    static let prehookTimedOut = Refusal(code: 50076, status: 403, message: "The pre-webhook timed out")
}
