public import ParleyCore
import ParleyYAML

/// Says what an answer means: the definition's rules in their order, then the table that all providers share.
extension ProviderDefinition {
    /// What became of an attempt that was answered.
    public func outcome(of answer: OutboundAnswer, settings: HTTPSMSSettings) -> Outcome {
        let reading = AnswerReading(answer)
        let redaction = Redaction(secrets: settings.allSecrets)
        guard let rule = results.first(where: { reading.meets($0.condition) }) else { return commonOutcome(reading, redaction) }
        let code = rule.code.flatMap(reading.text).map(redaction.clean)
        let words = rule.text.flatMap(reading.text).map(redaction.clean)
        let diagnosis = Diagnosis(carrierCode: code, text: words.map { "HTTP \(answer.status): \($0)" } ?? "HTTP \(answer.status)")
        let after = rule.after.flatMap(reading.text).flatMap { Self.wait($0, unit: rule.afterUnit) } ?? reading.retryAfter
        switch rule.outcome {
        case .accepted: return .accepted(rule.ids.map(reading.texts) ?? [])
        case .temporary: return .temporary(after: after, diagnosis)
        case .throttled: return .throttled(after: after, diagnosis)
        case .permanent: return .permanent(diagnosis)
        case .optedOut: return .optedOut(diagnosis)
        case .misconfigured: return .misconfigured(diagnosis)
        case .unknown: return .unknown(diagnosis)
        }
    }

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
        json = JSONReader.read(answer.body)
    }

    func meets(_ condition: AnswerCondition) -> Bool {
        if let statuses = condition.statuses, !statuses.contains(where: { $0.contains(answer.status) }) { return false }
        if let pattern = condition.body, !pattern.matches(body) { return false }
        for (name, test) in condition.headers {
            guard let value = answer.header(name), test.holds(value) else { return false }
        }
        for (pointer, test) in condition.json {
            guard let json, pointer.values(in: json).contains(where: { $0.scalarText.map(test.holds) ?? false }) else { return false }
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

    /// `Retry-After` in seconds (RFC 9110 §10.2.3), at most a day; its form as a date is not read.
    var retryAfter: Duration? {
        answer.header("Retry-After").flatMap { Int64($0.filter { $0 != " " }) }.flatMap { $0 >= 0 ? .seconds(min($0, 86_400)) : nil }
    }
}
