public import ParleyCore

/// Why a message cannot be sent by a provider at all; the sentence holds no value.
public struct RenderProblem: Error, Sendable, Hashable {
    public let message: String

    init(_ message: String) { self.message = message }
}

/// A message as a provider sees it.
struct OutboundText: Sendable {
    var pair: Pair
    var text: String
    /// The most segments of one message; nil for no limit but the provider's.
    var segmentsMax: Int?
    var media: [OutboundMedium]
    /// Of this attempt.
    var reference: String
    /// Of all attempts.
    var idempotencyKey: String

    init(pair: Pair, text: String, media: [OutboundMedium] = [], reference: String, idempotencyKey: String) {
        self.pair = pair
        self.text = text
        self.media = media
        self.reference = reference
        self.idempotencyKey = idempotencyKey
    }

    init(_ dispatch: Dispatch) {
        let links = dispatch.payload.mediaLinks ?? []
        self.init(
            pair: dispatch.pair, text: dispatch.payload.text ?? "",
            media: zip(dispatch.payload.media, links).map { OutboundMedium(url: $1, contentType: $0.contentType, filename: $0.filename) },
            reference: dispatch.reference, idempotencyKey: "\(dispatch.delivery)")
        segmentsMax = dispatch.payload.segmentsMax
    }
}

/// Turns a message into the provider's requests.
extension ProviderDefinition {
    /// The requests for one attempt, ready for the wire: one, or several in their order for a text that is longer than the provider takes.
    ///
    /// - Throws: ``RenderProblem`` when the message has neither text nor media, is too long even in several messages, goes to or from a kind
    ///   of address that the provider does not take, or a value cannot stand where the definition puts it.
    public func render(_ dispatch: Dispatch, settings: HTTPSMSSettings, callbacks: CallbackURLs) throws(RenderProblem) -> [OutboundRequest]
    {
        try render(OutboundText(dispatch), settings: settings, callbacks: callbacks)
    }

    /// The same for the parts of a message that matter.
    func render(_ message: OutboundText, settings: HTTPSMSSettings, callbacks: CallbackURLs) throws(RenderProblem) -> [OutboundRequest] {
        guard !message.text.isEmpty || !message.media.isEmpty else { throw RenderProblem("the message has no text") }
        guard addresses.to.contains(where: { $0.fits(message.pair.address) }) else {
            throw RenderProblem("the provider takes no recipient of this kind")
        }
        guard addresses.from.contains(where: { $0.fits(message.pair.proxy) }) else {
            throw RenderProblem("the provider takes no sender of this kind")
        }
        var requests: [OutboundRequest] = []
        let pieces = try pieces(of: message)
        for (index, piece) in pieces.enumerated() {
            let values = SendValues(
                text: piece.text, from: .init(message.pair.proxy), to: .init(message.pair.address),
                // A number in it says that there are several.
                reference: pieces.count == 1 ? message.reference : "\(message.reference)-\(index)",
                idempotencyKey: index == 0 ? message.idempotencyKey : "\(message.idempotencyKey)-\(index)", part: piece.part,
                // Media go with the first.
                media: index == 0 ? message.media : [], callbacks: callbacks)
            requests.append(try render(values, settings: settings))
        }
        return requests
    }

    /// The text as it is cut into requests.
    private func pieces(of message: OutboundText) throws(RenderProblem) -> [(text: String, part: TextPart)] {
        // Media carry their text whole, whatever the settings say of texts.
        let bound = message.media.isEmpty ? message.segmentsMax.map { TextLimit(count: $0, unit: .segments) } : nil
        guard isCutHere else {
            let limits = [longest, bound].compactMap(\.self)
            guard let narrowest = limits.map(\.charactersMax).min() else { return [(message.text, .whole)] }
            let texts = SMSText.numbered(message.text, charactersMax: narrowest) { text in limits.allSatisfy { $0.holds(text) } }
            guard let texts else { throw tooLong(limits[0]) }
            return texts.map { ($0, .whole) }
        }
        guard message.media.isEmpty else { return [(message.text, .whole)] }
        let partsMax = min(longest?.count ?? SMSText.partsMax, SMSText.partsMax)
        // Without a limit of the settings a text is one message.
        var texts: [String]? = [message.text]
        if let bound {
            let countMax = min(bound.count, partsMax)
            texts = SMSText.numbered(message.text, charactersMax: TextLimit(count: countMax, unit: .segments).charactersMax) { text in
                // A part may hold less than a segment, for it ends between characters.
                SMSText.parts(of: text).count <= countMax
            }
        }
        let messages = (texts ?? []).map { SMSText.parts(of: $0) }
        // Together they are no more than one message may have, so that the number in a reference stays within what receipts are believed for.
        guard !messages.isEmpty, messages.reduce(0, { $0 + $1.count }) <= (messages.count == 1 ? partsMax : SMSText.partsMax) else {
            throw tooLong(longest ?? TextLimit(count: SMSText.partsMax, unit: .segments))
        }
        // The same in every attempt, so that a phone can put parts of two attempts together.
        let reference = message.idempotencyKey.utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 }
        var pieces: [(text: String, part: TextPart)] = []
        for (index, parts) in messages.enumerated() {
            // Another for each message, so that a phone keeps them apart.
            let reference = reference &+ UInt8(truncatingIfNeeded: index)
            for (number, part) in parts.enumerated() {
                pieces.append((part.text, TextPart(number: number + 1, total: parts.count, reference: reference)))
            }
        }
        return pieces
    }

    private func tooLong(_ limit: TextLimit) -> RenderProblem {
        RenderProblem("the text is longer than the provider takes (\(limit.count) \(limit.unit.rawValue))")
    }

    /// The request for some values, whatever they are.
    func render(_ values: SendValues, settings: HTTPSMSSettings) throws(RenderProblem) -> OutboundRequest {
        let renderer = RequestRenderer(values: values, settings: settings)
        guard let request = requests.first(where: { renderer.holds($0.condition) }) else {
            throw RenderProblem("the definition has no request for such a message")
        }
        if !values.media.isEmpty, !request.takesMedia { throw RenderProblem("the provider's request for such a message takes no media") }
        var url = settings.baseURL + (try renderer.path(request.path))
        let query = try renderer.encoded(request.query)
        if !query.isEmpty { url += "?" + query }
        var headers = try renderer.headers(request.headers)
        if let authorization = try request.authorization.flatMap({ template throws(RenderProblem) in try renderer.authorization(template) })
        {
            headers.append(authorization)
        }
        var body: (type: String, bytes: [UInt8])?
        switch request.body {
        case .none: break
        case .form(let fields): body = ("application/x-www-form-urlencoded", Array(try renderer.encoded(fields).utf8))
        case .json(let value): body = ("application/json", Array((try renderer.json(value) ?? .object([])).encoded.utf8))
        case .xml(let root): body = ("application/xml", Array(try renderer.xml(root).utf8))
        case .multipart(let fields):
            let (type, bytes) = MultipartBody.encode(try renderer.parameters(fields))
            body = (type, bytes)
        case .raw(let type, let text): body = (type, try renderer.raw(text))
        }
        if let body, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(HeaderField("Content-Type", body.type))
        }
        return OutboundRequest(method: request.method, url: url, headers: headers, body: body?.bytes)
    }
}

extension ProviderDefinition.AddressForms.Form {
    func fits(_ address: Address) -> Bool {
        guard address.channel == .sms else { return false }
        let isNumber = address.key.hasPrefix("+")
        let isDigits = address.key.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        switch self {
        case .e164: return isNumber
        case .short: return !isNumber && isDigits
        case .alphanumeric: return !isNumber && !isDigits
        }
    }
}
