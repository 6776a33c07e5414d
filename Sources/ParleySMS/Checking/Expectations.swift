import Foundation
import ParleyCore

/// Compares what came with what the case says, in sentences for the author of the definition.
extension ProviderCases.RequestExpectation {
    func differences(from request: OutboundRequest) -> [String] {
        var found = Difference.of("method", method, request.method) + Difference.of("url", url, request.url)
        let shape = RequestShape(request)
        found += Difference.of("path", path, shape.path)
        found += query.flatMap { $0.differences("query", shape.query) }
        found += form.flatMap { $0.differences("form", shape.form) }
        found += multipart.flatMap { $0.differences("multipart", shape.multipart) }
        found += Difference.of("body", body, request.body.map { String(decoding: $0, as: UTF8.self) })
        found += headers.flatMap { $0.differences("header", shape.headers, ignoringCase: true) }
        if let json {
            let sent = request.body.flatMap(JSONReader.read)
            if sent?.sorted != json.sorted { found.append("json: expected \(json.encoded), found \(sent?.encoded ?? "none")") }
        }
        return found
    }
}

extension ProviderCases.FieldExpectation {
    fileprivate func differences(_ place: String, _ parameters: [Parameter], ignoringCase: Bool = false) -> [String] {
        let found = parameters.filter { ignoringCase ? $0.name.lowercased() == name.lowercased() : $0.name == name }.map(\.value)
        guard found != values else { return [] }
        func text(_ values: [[UInt8]]) -> String { "[" + values.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ") + "]" }
        return ["\(place) \(name): expected \(text(values)), found \(text(found))"]
    }
}

extension ProviderCases.OutcomeExpectation {
    func differences(from outcome: Outcome) -> [String] {
        let (word, after, diagnosis) = outcome.parts
        var found = Difference.of("outcome", self.word.rawValue, word.rawValue)
        if !found.isEmpty, let diagnosis { found[0] += ": \(diagnosis.text)" }
        if let ids, case .accepted(let accepted) = outcome, ids != accepted { found.append("ids: expected \(ids), found \(accepted)") }
        if let expected = self.after, expected != after {
            found.append("after: expected \(expected), found \(after.map { "\($0)" } ?? "none")")
        }
        found += Difference.of("code", code, diagnosis?.carrierCode)
        found += Difference.of("contract", contract.map(String.init), diagnosis.map { String($0.contractCode) })
        return found + Difference.of("text", text, diagnosis?.text)
    }
}

extension Outcome {
    fileprivate var parts: (word: ResultRule.Word, after: Duration?, diagnosis: Diagnosis?) {
        switch self {
        case .accepted: (.accepted, nil, nil)
        case .partly(_, _, let then): then.parts
        case .temporary(let after, let diagnosis): (.temporary, after, diagnosis)
        case .throttled(let after, let diagnosis): (.throttled, after, diagnosis)
        case .permanent(let diagnosis): (.permanent, nil, diagnosis)
        case .optedOut(let diagnosis): (.optedOut, nil, diagnosis)
        case .misconfigured(let diagnosis): (.misconfigured, nil, diagnosis)
        case .unknown(let diagnosis): (.unknown, nil, diagnosis)
        }
    }
}

extension ProviderCases.EventExpectation {
    func differences(from fact: CallbackFact) -> [String] {
        switch (self, fact) {
        case (.notUnderstood, .notUnderstood): return []
        case (.receipt(let expected), .receipt(let receipt)): return Self.differences(expected, receipt.words)
        case (.message(let expected, let links), .message(let message)):
            var found = Self.differences(expected, message.words) + message.problems.map { "the message has a problem: \($0)" }
            if let links, !links.fits(message.links ?? []) {
                found.append("media: expected \(links.shown), found \((message.links ?? []).shown)")
            }
            return found
        case (.consent(let expected), .consent(let consent)):
            return Self.differences(expected, ["from": consent.sender, "to": consent.proxy, "word": consent.word.rawValue])
        case (_, .notUnderstood(let reason)): return ["was not understood: \(reason)"]
        default: return ["the event is of another kind"]
        }
    }

    private static func differences(_ expected: [String: String], _ found: [String: String]) -> [String] {
        expected.sorted { $0.key < $1.key }.flatMap { Difference.of($0.key, $0.value, found[$0.key]) }
    }
}

extension Diagnosis {
    /// What is shown of a failure.
    fileprivate var contractCode: Int { code == 0 ? Diagnosis.unknownErrorCode : code }
}

extension ReceiptFact {
    fileprivate var words: [String: String] {
        var words = ["carrier_status": carrierStatus]
        let nothing = diagnosis?.text == ProviderDefinition.unknownStatus ? "unknown" : "unchanged"
        words["status"] = status?.rawValue ?? nothing
        words["reference"] = reference
        words["id"] = carrierID
        words["recipient"] = recipient
        words["code"] = diagnosis?.carrierCode
        words["contract"] = status?.isFailure ?? false ? String((diagnosis ?? Diagnosis(text: "")).contractCode) : nil
        words["text"] = diagnosis?.text
        return words
    }
}

extension InboundFact {
    fileprivate var words: [String: String] {
        var words = ["from": sender, "to": proxy]
        words["id"] = identity
        words["text"] = text
        words["subject"] = subject
        words["opt_out"] = consent?.rawValue
        words["part"] = part.map { "\($0.reference)/\($0.number)/\($0.total)" }
        words["sent_at"] = sentAt.map { Date(timeIntervalSince1970: Double($0.milliseconds) / 1000).formatted(.iso8601) }
        return words
    }
}

extension [InboundLink] {
    /// In the words of a case.
    fileprivate var shown: String {
        "["
            + map { link in
                let words = [("url", link.url), ("content_type", link.contentType), ("filename", link.filename)] as [(String, String?)]
                return "{ " + words.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: ", ") + " }"
            }.joined(separator: ", ") + "]"
    }

    /// True when each is as expected; what is not written is not compared.
    fileprivate func fits(_ found: [InboundLink]) -> Bool {
        count == found.count
            && zip(self, found).allSatisfy { expected, found in
                expected.url == found.url && (expected.contentType == nil || expected.contentType == found.contentType)
                    && (expected.filename == nil || expected.filename == found.filename)
            }
    }
}

extension ProviderCases.AcknowledgementExpectation {
    func differences(from ack: Acknowledgement) -> [String] {
        Difference.of("ack status", status.map(String.init), String(ack.status))
            + Difference.of("ack content type", contentType, ack.contentType)
            + Difference.of("ack body", body, ack.body)
    }
}

/// One sentence for two values that should be the same.
enum Difference {
    /// Empty when nothing is expected or the values are the same.
    static func of(_ name: String, _ expected: String?, _ found: String?) -> [String] {
        guard let expected, expected != found else { return [] }
        return ["\(name): expected `\(expected)`, found \(found.map { "`\($0)`" } ?? "none")"]
    }
}

extension JSONValue {
    /// The value with members by name, for comparing.
    fileprivate var sorted: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.sorted))
        case .object(let members):
            .object(members.map { Member(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name })
        default: self
        }
    }
}
