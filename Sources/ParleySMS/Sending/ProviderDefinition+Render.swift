public import ParleyCore

/// Why a message cannot be sent by a provider at all; the sentence holds no value.
public struct RenderProblem: Error, Sendable, Hashable {
    public let message: String

    init(_ message: String) { self.message = message }
}

/// Turns a message into the provider's request.
extension ProviderDefinition {
    /// The request for one attempt, ready for the wire.
    ///
    /// - Throws: ``RenderProblem`` when the message has no text, is too long, goes to or from a kind of address that the provider does not
    ///   take, or a value cannot stand where the definition puts it.
    public func render(_ dispatch: Dispatch, settings: HTTPSMSSettings, callbacks: CallbackURLs) throws(RenderProblem) -> OutboundRequest {
        guard let text = dispatch.payload.text else { throw RenderProblem("the message has no text") }
        return try render(text: text, pair: dispatch.pair, reference: dispatch.reference, settings: settings, callbacks: callbacks)
    }

    /// The same for the parts of a message that matter.
    func render(
        text: String, pair: Pair, reference: String, settings: HTTPSMSSettings, callbacks: CallbackURLs
    ) throws(RenderProblem) -> OutboundRequest {
        guard !text.isEmpty else { throw RenderProblem("the message has no text") }
        if let longest {
            let count = longest.unit == .characters ? text.count : SMSText(text).segments
            guard count <= longest.count else {
                throw RenderProblem("the text is longer than the provider takes (\(longest.count) \(longest.unit.rawValue))")
            }
        }
        guard addresses.to.contains(where: { $0.fits(pair.address) }) else {
            throw RenderProblem("the provider takes no recipient of this kind")
        }
        guard addresses.from.contains(where: { $0.fits(pair.proxy) }) else {
            throw RenderProblem("the provider takes no sender of this kind")
        }
        return try render(
            SendValues(text: text, from: .init(pair.proxy), to: .init(pair.address), reference: reference, callbacks: callbacks),
            settings: settings)
    }

    /// The request for some values, whatever they are.
    func render(_ values: SendValues, settings: HTTPSMSSettings) throws(RenderProblem) -> OutboundRequest {
        let renderer = RequestRenderer(values: values, settings: settings)
        var url = settings.baseURL + (try renderer.path(request.path))
        let query = renderer.fields(request.query)
        if !query.isEmpty { url += "?" + query }
        var headers = try renderer.headers(request.headers)
        var body: [UInt8]?
        switch request.body {
        case .none: break
        case .form(let fields):
            body = Array(renderer.fields(fields).utf8)
            renderer.addContentType("application/x-www-form-urlencoded", to: &headers)
        case .json(let value):
            body = Array((renderer.json(value) ?? .object([])).encoded.utf8)
            renderer.addContentType("application/json", to: &headers)
        }
        return OutboundRequest(method: request.method, url: url, headers: headers, body: body)
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
