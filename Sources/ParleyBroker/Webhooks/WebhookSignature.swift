import Crypto
import Foundation
public import ParleyCore

/// Signs what webhooks are sent, with the account's token.
public struct WebhookSigner: Sendable, CustomStringConvertible {
    private let key: SymmetricKey

    public init(authToken: String) { key = SymmetricKey(data: Data(authToken.utf8)) }

    public var description: String { "WebhookSigner(***)" }

    /// The contract's signature (contract: REST §6): Base64 of HMAC-SHA1 over the URL, followed by each parameter's name and value in the order of the
    /// names; a name's several values sorted, each once.
    ///
    /// - Parameters:
    ///   - url: complete, with its query.
    ///   - form: the parameters in the body; none for GET, whose parameters stand in the URL.
    public func contractSignature(url: String, form: [HookParameter]) -> String {
        var signed = url
        for (name, values) in Dictionary(grouping: form, by: \.name).sorted(by: { WebhookSigner.precedes($0.key, $1.key) }) {
            for value in Set(values.map(\.value)).sorted(by: WebhookSigner.precedes) { signed += name + value }
        }
        return Data(HMAC<Insecure.SHA1>.authenticationCode(for: Data(signed.utf8), using: key)).base64EncodedString()
    }

    /// Our own signature, which also covers the time and the body as it is sent: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.METHOD.URL.body">`.
    public func signature(at now: Instant, method: String, url: String, body: [UInt8]) -> String {
        var signed = Data("\(now.seconds).\(method).\(url).".utf8)
        signed.append(contentsOf: body)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: key)
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "t=\(now.seconds),v1=\(hex)"
    }

    /// By bytes, as receivers sort.
    private static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
