import Foundation
public import ParleyCore
import ParleyYAML

/// Says what an answer means: the definition's rules in their order, then the table that all providers share.
extension ProviderDefinition {
    /// What became of an attempt that was answered.
    public func outcome(of answer: OutboundAnswer, settings: HTTPSMSSettings) -> Outcome {
        let reading = AnswerReading(answer)
        let redaction = Redaction(secrets: settings.allSecrets)
        guard let rule = rule(for: reading) else { return commonOutcome(reading, redaction) }
        let written = rule.code.flatMap(reading.text)
        let code = written.map(redaction.clean)
        let words = rule.text.flatMap(reading.text).map(redaction.clean)
        let diagnosis = Diagnosis(
            code: sendCodes.contractCode(written), carrierCode: code,
            text: words.map { "HTTP \(answer.status): \($0)" } ?? "HTTP \(answer.status)")
        let after = rule.after.flatMap(reading.text).flatMap { Self.wait($0, unit: rule.afterUnit) } ?? reading.retryAfter
        switch rule.outcome {
        case .accepted: return .accepted(rule.ids.map(reading.texts) ?? [])
        case .temporary: return .temporary(after: after, diagnosis)
        case .throttled: return .throttled(after: after, diagnosis)
        case .permanent: return diagnosis.code == Diagnosis.optedOutCode ? .optedOut(diagnosis) : .permanent(diagnosis)
        case .optedOut: return .optedOut(diagnosis)
        case .misconfigured: return .misconfigured(diagnosis)
        case .unknown: return .unknown(diagnosis)
        }
    }

    /// The rule that decides about an answer; nil when the common table does.
    func rule(for reading: AnswerReading) -> ResultRule? { results.first { reading.meets($0.condition) } }

    /// What became of an attempt without an answer: it may have been taken if it may have left.
    public func outcome(of failure: TransferFailure, settings: HTTPSMSSettings) -> Outcome {
        let diagnosis = Diagnosis(text: Redaction(secrets: settings.allSecrets).clean(failure.description))
        return failure.mayHaveLeft ? .unknown(diagnosis) : .temporary(after: nil, diagnosis)
    }

    /// The table that all providers share. An answer of success that no rule knows may mean that the message was taken.
    private func commonOutcome(_ reading: AnswerReading, _ redaction: Redaction) -> Outcome {
        let status = reading.answer.status
        let diagnosis = Diagnosis(text: "HTTP \(status)")
        switch status {
        case 408, 425, 500...599: return .temporary(after: reading.retryAfter, diagnosis)
        case 429: return .throttled(after: reading.retryAfter, diagnosis)
        case 401, 403: return .misconfigured(diagnosis)
        case 400...499: return .permanent(diagnosis)
        case 300...399: return .misconfigured(Diagnosis(text: "HTTP \(status): redirects are not followed; is base_url right?"))
        default: return .unknown(Diagnosis(text: "HTTP \(status): the definition does not know this answer"))
        }
    }

    /// A number in a unit, at most a day.
    private static func wait(_ text: String, unit: ResultRule.WaitUnit) -> Duration? {
        guard let number = Double(text), number >= 0, number.isFinite else { return nil }
        let factor: Double =
            switch unit {
            case .milliseconds: 1
            case .seconds: 1000
            case .minutes: 60_000
            }
        return .milliseconds(Int64(min(number * factor, 86_400_000)))
    }
}

/// An answer with the means to look into it.
struct AnswerReading {
    let answer: OutboundAnswer
    private let body: String
    private let json: JSONValue?

    init(_ answer: OutboundAnswer) {
        self.answer = answer
        body = String(decoding: answer.body, as: UTF8.self)
        json = JSONReader.read(answer.body) ?? XMLReader.read(answer.body)
    }

    func meets(_ condition: AnswerCondition) -> Bool {
        if let statuses = condition.statuses, !statuses.contains(where: { $0.contains(answer.status) }) { return false }
        if let pattern = condition.body, !pattern.matches(body) { return false }
        for (name, test) in condition.headers {
            guard test.holds(answer.header(name).map { [$0] } ?? []) else { return false }
        }
        for (pointer, test) in condition.json {
            guard let json, test.holds(pointer.values(in: json).map(\.scalarText)) else { return false }
        }
        return true
    }

    func text(_ extraction: Extraction) -> String? { texts(extraction).first }

    func texts(_ extraction: Extraction) -> [String] {
        switch extraction {
        case .pointer(let pointer): return json.map { pointer.values(in: $0).compactMap(\.scalarText) } ?? []
        case .body(let pattern): return pattern.capture(body).map { [$0] } ?? []
        case .header(let name, let pattern):
            guard let value = answer.header(name) else { return [] }
            guard let pattern else { return [value] }
            return pattern.capture(value).map { [$0] } ?? []
        }
    }

    /// `Retry-After` (RFC 9110 §10.2.3) in seconds or as a date, which is counted from the answer's own `Date`; at most a day.
    var retryAfter: Duration? {
        guard let value = answer.header("Retry-After")?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Int64(value) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
        guard let until = HTTPDate.read(value), let date = answer.header("Date").flatMap(HTTPDate.read) else { return nil }
        return .seconds(min(max(until.seconds - date.seconds, 0), 86_400))
    }
}

/// Dates in HTTP headers (RFC 9110 §5.6.7), in the form that servers must send.
enum HTTPDate {
    static func read(_ text: String) -> Instant? { StrptimeFormat("%a, %d %b %Y %H:%M:%S GMT").instant(text) }
}
