import Foundation
public import ParleyCore

/// Says what a callback means.
extension ProviderDefinition {
    /// The diagnosis of a receipt whose status no table knows. A word that is known and changes nothing has none.
    public static let unknownStatus = "the definition does not know this status"

    /// - Throws: ``Unauthentic`` when the request does not prove that it comes from the provider. All else is interpreted or not
    /// understood.
    public func interpret(_ request: CallbackRequest, settings: HTTPSMSSettings, at now: Instant) throws(Unauthentic) -> Interpretation {
        guard let callbacks else { throw Unauthentic("the provider \(name) has no callbacks") }
        try callbacks.authenticate(request, settings: settings)
        return Interpretation(
            facts: callbacks.facts(of: request, Redaction(secrets: settings.allSecrets)), acknowledgement: callbacks.acknowledgement)
    }
}

extension CallbackDefinition {
    fileprivate func facts(of request: CallbackRequest, _ redaction: Redaction) -> [CallbackFact] {
        guard methods[request.path]?.contains(request.method.uppercased()) ?? false else {
            return [.notUnderstood("the method \(request.method.prefix(16).filter { $0.isASCII && $0.isLetter }) is not expected here")]
        }
        let reading = CallbackReading(request)
        if let fault = reading.fault { return [.notUnderstood(fault)] }
        let candidates = events.filter { anyPath || $0.path == request.path }
        guard let event = candidates.first(where: { reading.meets($0.condition, in: nil) }) else {
            return [.notUnderstood("no event of the definition fits")]
        }
        guard let each = event.each else { return [event.fact(reading, in: nil, redaction)] }
        guard let json = reading.json, case .array(let elements)? = each.first(in: json) else {
            return [.notUnderstood("there is no list at \(each.text)")]
        }
        return elements.map { event.fact(reading, in: $0, redaction) }
    }
}

extension CallbackEvent {
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?, _ redaction: Redaction) -> CallbackFact {
        switch kind {
        case .inbound(let inbound): inbound.fact(reading, in: element)
        case .receipt(let receipt): receipt.fact(reading, in: element, redaction)
        }
    }
}

extension CallbackEvent.Inbound {
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?) -> CallbackFact {
        guard let sender = reading.text(from, in: element), !sender.isEmpty else { return .notUnderstood("`\(from.text)` is missing") }
        guard let proxy = reading.text(to, in: element), !proxy.isEmpty else { return .notUnderstood("`\(to.text)` is missing") }
        var problems: [String] = []
        var body: String?
        if let text {
            guard let bytes = reading.bytes(text, in: element) else { return .notUnderstood("`\(text.text)` is missing") }
            let word = encoding.place.flatMap { reading.text($0, in: element) }?.lowercased()
            let used = word.flatMap { encoding.table[$0] } ?? encoding.otherwise
            // JSON is UTF-8 already; a text in it is what it is.
            let (decoded, isWhole) = used.decode(bytes)
            if !isWhole { problems.append("the text is not valid \(used.rawValue)") }
            body = decoded
        }
        var sentAtInstant: Instant?
        if let sentAt, let written = reading.text(sentAt, in: element), !written.isEmpty {
            sentAtInstant = timeFormats.lazy.compactMap { $0.instant(written) }.first
            if sentAtInstant == nil { problems.append("`\(sentAt.text)` is no time in a known format") }
        }
        let identity = id.flatMap { reading.text($0, in: element) }.flatMap { $0.isEmpty ? nil : $0 }
        return .message(
            InboundFact(
                proxy: toForm.read(proxy), sender: fromForm.read(sender), identity: identity, text: body, sentAt: sentAtInstant,
                raw: reading.raw, problems: problems))
    }
}

extension CallbackEvent.Receipt {
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?, _ redaction: Redaction) -> CallbackFact {
        guard let word = reading.text(status, in: element), !word.isEmpty else { return .notUnderstood("`\(status.text)` is missing") }
        let reference = reference.flatMap { reading.text($0, in: element) }
        let id = id.flatMap { reading.text($0, in: element) }
        guard reference != nil || id != nil else { return .notUnderstood("neither a reference nor an id says which message it is about") }
        let carrierCode = code.flatMap { reading.text($0, in: element) }.map(redaction.clean)
        let words = text.flatMap { reading.text($0, in: element) }.map(redaction.clean)
        var diagnosis: Diagnosis?
        if carrierCode != nil || words != nil { diagnosis = Diagnosis(carrierCode: carrierCode, text: words ?? "") }
        let meaning = table[word]
        if meaning == nil { diagnosis = Diagnosis(carrierCode: carrierCode, text: ProviderDefinition.unknownStatus) }
        return .receipt(
            ReceiptFact(
                reference: reference, carrierID: id, carrierStatus: redaction.clean(word), status: meaning ?? nil, diagnosis: diagnosis,
                raw: reading.raw))
    }
}

extension CallbackEvent.AddressForm {
    fileprivate func read(_ text: String) -> String {
        let text = text.trimmingCharacters(in: .whitespaces)
        switch self {
        case .asWritten: return text
        case .digits:
            let digits = text.hasPrefix("+") ? text.dropFirst() : text.hasPrefix("00") ? text.dropFirst(2) : text[...]
            // Up to eight digits are a short code.
            guard (9...15).contains(digits.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return text }
            return "+" + digits
        }
    }
}

extension CallbackEvent.TimeFormat {
    fileprivate func instant(_ text: String) -> Instant? {
        switch self {
        case .unix: return Int64(text).flatMap { (0...253_402_300_799).contains($0) ? Instant(seconds: $0) : nil }
        case .unixMilliseconds: return Int64(text).flatMap { (0...253_402_300_799_999).contains($0) ? Instant(milliseconds: $0) : nil }
        case .rfc3339:
            let date =
                (try? Date(text, strategy: .iso8601))
                ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            return date.map { Instant(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
        }
    }
}
