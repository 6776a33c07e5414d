import Foundation
public import ParleyCore

/// A request as an operator may see it: what goes over the wire, with `***` where a secret stands.
public struct ShownRequest: Sendable, Hashable {
    public let method: String
    public let url: String
    /// In the order they are sent.
    public let headers: [HeaderField]
    /// Nil where there is none. A body that is no UTF-8 has `\xNN` for every byte that is no printable ASCII.
    public let body: String?

    init(_ request: OutboundRequest, _ redaction: Redaction) {
        func shown(_ text: String) -> String { String(decoding: redaction.hide(Array(text.utf8)), as: UTF8.self) }
        method = request.method
        url = shown(request.url)
        headers = request.headers.map { HeaderField($0.name, shown($0.value)) }
        body = request.body.map { Self.text(redaction.hide($0)) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        if let text = String(data: Data(bytes), encoding: .utf8) { return text }
        return bytes.map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : "\\x" + Hexadecimal.encode([$0]) }.joined()
    }
}

extension HTTPSMSGateway {
    /// The requests that an attempt would make, in their order. Nothing is sent.
    ///
    /// - Throws: ``RenderProblem`` when the message cannot be put into the provider's form.
    public func shown(_ dispatch: Dispatch) throws(RenderProblem) -> [ShownRequest] {
        let redaction = Redaction(secrets: settings.allSecrets)
        let requests = try definition.render(dispatch, settings: settings, callbacks: callbacks)
        return requests.map { ShownRequest($0, redaction) }
    }
}
