import Crypto
import Foundation
import ParleyCore

/// Makes a request prove itself, as the provider would: for the cases of a definition.
extension Verification {
    /// The request with its proof; nil when it cannot be made, as with a key that only the provider has.
    func sign(_ request: CallbackRequest, key: String, settings: HTTPSMSSettings, at now: Instant) -> CallbackRequest? {
        var request = request
        func check() -> SignatureCheck { SignatureCheck(verification: self, request: request, settings: settings, now: now) }
        switch method {
        case .secretPath:
            request.replaceSecret(with: key)
        case .basic(let user):
            let name = user.flatMap { settings.value($0) } ?? "provider"
            request.replaceHeader("Authorization", with: "Basic " + Data("\(name):\(key)".utf8).base64EncodedString())
        case .bearer:
            request.replaceHeader("Authorization", with: "Bearer \(key)")
        case .hmac(let rule, let name, let encoding):
            request.prepare(rule, at: now)
            guard let bytes = encoding.decode(key), let message = check().message(rule) else { return nil }
            let code = name.authenticationCode(message, key: bytes)
            request.set(
                rule.signature,
                to: rule.prefix + (rule.encoding == .hex ? Hexadecimal.encode(code).lowercased() : Data(code).base64EncodedString()))
        case .ed25519:
            return nil
        case .jwt(let rule):
            request.replaceHeader(rule.header, with: JWTCheck(rule: rule, request: request, now: now).token(key: key))
        case .sortedParameters(let rule):
            request.removeParameter(rule.parameter)
            if let name = rule.timestamp { request.set(.parameter(name), to: String(now.seconds)) }
            guard let code = check().sortedCode(rule, key: key) else { return nil }
            request.set(.parameter(rule.parameter), to: Hexadecimal.encode(code).lowercased())
        case .twilioURLAndForm:
            if request.bodyKind != .form, !request.body.isEmpty {
                request.set(.parameter("bodySHA256"), to: ContentDigest.hex(of: request.body), inQuery: true)
            }
            let code = TwilioSignature(request: request).code(url: request.url, key: key)
            request.replaceHeader(TwilioSignature.header, with: Data(code).base64EncodedString())
        case .plivoV3:
            let nonce = "12345678901234567890"
            request.replaceHeader(PlivoSignature.nonceHeader, with: nonce)
            let code = PlivoSignature(request: request).code(nonce: nonce, key: key)
            request.replaceHeader(PlivoSignature.headers[0], with: Data(code).base64EncodedString())
        }
        return request
    }
}

/// Signs as a provider with an Ed25519 key would; with a key of its own, for the cases.
struct EdwardsSigner {
    private let key: Curve25519.Signing.PrivateKey

    init() { key = Curve25519.Signing.PrivateKey() }

    /// In base64.
    var publicKey: String { key.publicKey.rawRepresentation.base64EncodedString() }

    func sign(
        _ request: CallbackRequest, _ rule: Verification.SignatureRule, settings: HTTPSMSSettings, at now: Instant
    ) -> CallbackRequest? {
        var request = request
        request.prepare(rule, at: now)
        let way = Verification(method: .ed25519(rule), key: .callbackSecret)
        guard let message = SignatureCheck(verification: way, request: request, settings: settings, now: now).message(rule),
            let signature = try? key.signature(for: message)
        else { return nil }
        let text = rule.encoding == .hex ? Hexadecimal.encode(Array(signature)).lowercased() : signature.base64EncodedString()
        request.set(rule.signature, to: rule.prefix + text)
        return request
    }
}

extension CallbackRequest {
    mutating func replaceHeader(_ name: String, with value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append(HeaderField(name, value))
    }

    /// Another last part of the path, in the URL too.
    mutating func replaceSecret(with new: String?) {
        let tail = "/\(path.rawValue)"
        if let range = url.firstRange(of: tail) {
            let query = url.firstIndex(of: "?").map { url[$0...] } ?? ""
            url = url[..<range.upperBound] + (new.map { "/" + PercentEncoding.encode($0) } ?? "") + query
        }
        secret = new
    }

    fileprivate mutating func prepare(_ rule: Verification.SignatureRule, at now: Instant) {
        if let timestamp = rule.timestamp { set(timestamp, to: String(now.seconds)) }
        if let nonce = rule.nonce { set(nonce, to: "n0nce") }
    }

    fileprivate mutating func set(_ carrier: Verification.Carrier, to value: String, inQuery: Bool = false) {
        switch carrier {
        case .header(let name): replaceHeader(name, with: value)
        case .parameter(let name):
            removeParameter(name)
            let pair = "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"
            switch inQuery ? .other : bodyKind {
            case .form: body = Array((body.isEmpty ? pair : String(decoding: body, as: UTF8.self) + "&" + pair).utf8)
            case .json:
                guard case .object(let members)? = JSONReader.read(body) else { return }
                body = Array(JSONValue.object(members + [JSONValue.Member(name: name, value: .string(value))]).encoded.utf8)
            case .xml, .other: replaceQuery(query.isEmpty ? pair : query + "&" + pair)
            }
        }
    }

    mutating func removeParameter(_ name: String) {
        let mark = PercentEncoding.encode(name) + "="
        func without(_ text: String) -> String {
            text.split(separator: "&", omittingEmptySubsequences: false).filter { !$0.hasPrefix(mark) }.joined(separator: "&")
        }
        replaceQuery(without(query))
        switch bodyKind {
        case .form: body = Array(without(String(decoding: body, as: UTF8.self)).utf8)
        case .json:
            guard case .object(let members)? = JSONReader.read(body) else { return }
            if members.contains(where: { $0.name == name }) {
                body = Array(JSONValue.object(members.filter { $0.name != name }).encoded.utf8)
            }
        case .xml, .other: break
        }
    }

    mutating func replaceQuery(_ new: String) {
        url = url.prefix { $0 != "?" } + (new.isEmpty ? "" : "?\(new)")
        query = new
    }
}
