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
        try callbacks.authenticate(request, settings: settings, at: now)
        let interpreter = CallbackInterpreter(callbacks: callbacks, redaction: Redaction(secrets: settings.allSecrets))
        return Interpretation(facts: interpreter.facts(of: request), acknowledgement: callbacks.acknowledgement)
    }
}

/// Turns an authentic request into facts.
struct CallbackInterpreter {
    let callbacks: CallbackDefinition
    let redaction: Redaction

    init(callbacks: CallbackDefinition, redaction: Redaction) {
        self.callbacks = callbacks
        self.redaction = redaction
    }

    func facts(of request: CallbackRequest) -> [CallbackFact] { reads(request).map(\.fact) }

    /// The facts of a request, each with the event of the definition that read it; nil for what no event fits.
    func reads(_ request: CallbackRequest) -> [(event: CallbackEvent?, fact: CallbackFact)] {
        func nothing(_ reason: String) -> [(event: CallbackEvent?, fact: CallbackFact)] { [(nil, .notUnderstood(reason))] }
        guard callbacks.methods[request.path]?.contains(request.method.uppercased()) ?? false else {
            return nothing("the method \(request.method.prefix(16).filter { $0.isASCII && $0.isLetter }) is not expected here")
        }
        let reading = CallbackReading(request)
        if let fault = reading.fault { return nothing(fault) }
        let candidates = callbacks.events.filter { (callbacks.anyPath || $0.path == request.path) && reading.meets($0.condition) }
        guard let first = candidates.first else { return nothing("no event of the definition fits") }
        guard let each = first.each else { return [(first, fact(first, reading, in: nil))] }
        guard let elements = reading.elements(each) else { return nothing("there is no list at \(each.text)") }
        let siblings = candidates.filter { $0.each == each }
        return elements.flatMap { element -> [(event: CallbackEvent?, fact: CallbackFact)] in
            let event = siblings.first { event in
                event.elementCondition.allSatisfy { pointer, test in test.holds(pointer.values(in: element).map(\.scalarText)) }
            }
            guard let event else { return nothing("no event of the definition fits an element of \(each.text)") }
            return [(event, fact(event, reading, in: element))]
        }
    }

    private func fact(_ event: CallbackEvent, _ reading: CallbackReading, in element: JSONValue?) -> CallbackFact {
        switch event.kind {
        case .inbound(let inbound): inbound.fact(reading, in: element, needsID: callbacks.verifications.contains { $0.isSignature })
        case .receipt(let receipt): receipt.fact(reading, in: element, redaction)
        case .consent(let consent): consent.fact(reading, in: element)
        }
    }
}

extension CallbackEvent.Inbound {
    /// - Parameter needsID: some signatures are over names and values without anything between them, so that somebody who overheard a request
    ///   can hide its id in another name: without one it would be a new message each time.
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?, needsID: Bool) -> CallbackFact {
        guard let sender = from.read(reading, in: element) else { return .notUnderstood("`\(from.place.text)` is missing") }
        guard let proxy = to.read(reading, in: element) else { return .notUnderstood("`\(to.place.text)` is missing") }
        if needsID, let id, reading.filled(id, in: element) == nil { return .notUnderstood("`\(id.text)` is missing") }
        var fact = InboundFact(proxy: proxy, sender: sender, raw: reading.raw)
        fact.links = media?.links(reading, in: element)
        fact.consent = consent?.word(reading, in: element)
        // Where there are media, or a word of consent, there need be no text.
        let mayBeSilent = fact.links != nil || fact.consent != nil
        if let text {
            guard let bytes = reading.bytes(text, in: element) ?? (mayBeSilent ? [] : nil) else {
                return .notUnderstood("`\(text.text)` is missing")
            }
            let word = encoding.place.flatMap { reading.text($0, in: element) }?.lowercased()
            let used = word.flatMap { encoding.table[$0] } ?? encoding.otherwise
            let (decoded, isWhole) = used.decode(bytes)
            if !isWhole { fact.problems.append("the text is not valid \(used.rawValue)") }
            fact.text = decoded.isEmpty && mayBeSilent ? nil : decoded
        } else if !mayBeSilent {
            return .notUnderstood("there is no medium")
        }
        if let written = reading.filled(sentAt, in: element) {
            fact.sentAt = timeFormats.lazy.compactMap { $0.instant(written) }.first
            if fact.sentAt == nil { fact.problems.append("`\(sentAt?.text ?? "")` is no time in a known format") }
        }
        fact.identity = reading.filled(id, in: element)
        fact.subject = reading.filled(subject, in: element)
        fact.part = joinedBy?.part(reading, in: element)
        return .message(fact)
    }
}

extension CallbackEvent.MediaPlace {
    /// The most media of one message that are looked at.
    static let countMax = 100

    /// Nil when there are none. SMIL, which says how media are laid out on a phone's screen, is none.
    fileprivate func links(_ reading: CallbackReading, in element: JSONValue?) -> [InboundLink]? {
        let found: [InboundLink]
        switch source {
        case .elements(let pointer, let url, let contentType, let filename):
            let root = element ?? reading.json
            let values = root.map { pointer.values(in: $0) } ?? []
            let elements = values.flatMap { value -> [JSONValue] in if case .array(let items) = value { items } else { [value] } }
            found = elements.prefix(Self.countMax).compactMap { item in
                guard let text = url == nil ? item.scalarText : reading.filled(url, in: item), !text.isEmpty else { return nil }
                return InboundLink(
                    url: text, contentType: reading.filled(contentType, in: item), filename: reading.filled(filename, in: item))
            }
        case .numbered(let count, let url, let contentType, let filename):
            let most = url.contains("{n}") ? count.flatMap { Int(reading.text($0, in: element) ?? "") } ?? Self.countMax : 1
            var links: [InboundLink] = []
            for number in 0..<min(max(most, 0), Self.countMax) {
                func text(_ name: String?) -> String? {
                    reading.filled(name.map { .parameter($0.replacing("{n}", with: String(number))) }, in: element)
                }
                guard let address = text(url) else { break }
                links.append(InboundLink(url: address, contentType: text(contentType), filename: text(filename)))
            }
            found = links
        }
        let media = found.filter { !$0.isLayout }
        return media.isEmpty ? nil : media
    }
}

extension InboundLink {
    /// SMIL by its type or its name (RFC 4536 §2).
    static func isLayout(contentType: String) -> Bool {
        contentType == "application/smil" || contentType == "application/smil+xml"
    }

    fileprivate var isLayout: Bool {
        if Self.isLayout(contentType: contentType?.prefix { $0 != ";" }.lowercased() ?? "") { return true }
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return path.hasSuffix(".smil") || path.hasSuffix(".smi") || (filename?.lowercased().hasSuffix(".smil") ?? false)
    }
}

extension CallbackEvent.JoinRule {
    /// Nil for a message that is whole.
    fileprivate func part(_ reading: CallbackReading, in element: JSONValue?) -> InboundPart? {
        guard let reference = reading.filled(reference, in: element), let number = reading.filled(part, in: element).flatMap({ Int($0) }),
            let total = reading.filled(total, in: element).flatMap({ Int($0) }), total > 1, total <= 255, (1...total).contains(number)
        else { return nil }
        return InboundPart(reference: reference, number: number, total: total)
    }
}

extension CallbackEvent.ConsentRule {
    fileprivate func word(_ reading: CallbackReading, in element: JSONValue?) -> ConsentWord? {
        reading.filled(place, in: element).flatMap { words[$0] }
    }
}

extension CallbackEvent.Consent {
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?) -> CallbackFact {
        guard let sender = from.read(reading, in: element) else { return .notUnderstood("`\(from.place.text)` is missing") }
        guard let proxy = to.read(reading, in: element) else { return .notUnderstood("`\(to.place.text)` is missing") }
        guard let word = rule.map({ $0.word(reading, in: element) }) ?? .stop else {
            return .notUnderstood("`\(rule?.place.text ?? "")` has no word of the definition")
        }
        return .consent(ConsentFact(proxy: proxy, sender: sender, word: word))
    }
}

extension CallbackEvent.Receipt {
    fileprivate func fact(_ reading: CallbackReading, in element: JSONValue?, _ redaction: Redaction) -> CallbackFact {
        guard let word = reading.filled(status, in: element) else { return .notUnderstood("`\(status.text)` is missing") }
        let reference = reading.filled(reference, in: element)
        let id = reading.filled(id, in: element)
        guard reference != nil || id != nil else { return .notUnderstood("neither a reference nor an id says which message it is about") }
        let written = reading.filled(code, in: element)
        let carrierCode = written.map(redaction.clean)
        let words = reading.filled(text, in: element).map(redaction.clean)
        var diagnosis: Diagnosis?
        if carrierCode != nil || words != nil {
            diagnosis = Diagnosis(code: codes.contractCode(written), carrierCode: carrierCode, text: words ?? "")
        }
        let meaning = meaning(word)
        if meaning == nil { diagnosis = Diagnosis(carrierCode: carrierCode, text: ProviderDefinition.unknownStatus) }
        return .receipt(
            ReceiptFact(
                reference: reference, carrierID: id, recipient: reading.filled(recipient, in: element),
                comparison: comparison == .exact ? nil : comparison, carrierStatus: redaction.clean(word), status: meaning ?? nil,
                diagnosis: diagnosis, raw: reading.raw))
    }
}

extension CallbackEvent.AddressPlace {
    /// Nil when there is none.
    fileprivate func read(_ reading: CallbackReading, in element: JSONValue?) -> String? {
        guard var text = reading.text(place, in: element)?.trimmingCharacters(in: .whitespaces) else { return nil }
        if !prefix.isEmpty, text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
        guard !text.isEmpty else { return nil }
        switch form {
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
            // Zones without a colon (ISO 8601 basic form) are common enough.
            let text = text.replacing(/([+-][0-9]{2})([0-9]{2})$/) { "\($0.output.1):\($0.output.2)" }
            // A time without a zone is UTC, as with patterns.
            let isZoned = text.hasSuffix("Z") || text.hasSuffix("z") || text.contains(/[+-][0-9]{2}:[0-9]{2}$/)
            let written = isZoned ? text : text + "Z"
            let date =
                (try? Date(written, strategy: .iso8601))
                ?? (try? Date(written, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            return date.map { Instant(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
        case .strptime(let format): return format.instant(text)
        }
    }
}
