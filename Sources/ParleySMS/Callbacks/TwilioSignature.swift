import Foundation
import ParleyCore

/// `X-Twilio-Signature`: HMAC-SHA1 in base64, keyed with the account's token, over the URL and, for a form, over its sorted fields as names and
/// values without anything between them. For JSON the URL has `bodySHA256`, and the URL alone is signed.
struct TwilioSignature {
    let request: CallbackRequest

    init(request: CallbackRequest) { self.request = request }

    static let header = "X-Twilio-Signature"

    func judge(_ keys: [String]) -> Verification.Judgement {
        guard let claim = request.header(Self.header) else { return .absent }
        // What cannot be one costs a stranger's request nothing more.
        guard let signature = Data(base64Encoded: claim.trimmingCharacters(in: .whitespaces)).map({ Array($0) }), signature.count == 20
        else {
            return .wrong("the signature is wrong")
        }
        var isRight = false
        for key in keys {
            for url in urls where Secret.equal(signature, code(url: url, key: key)) { isRight = true }
        }
        guard isRight else { return .wrong("the signature is wrong") }
        if request.bodyKind == .form || request.body.isEmpty { return .authentic }
        let digest = PercentEncoding.fields(request.query).first { $0.name == "bodySHA256" }.map {
            String(decoding: $0.value, as: UTF8.self)
        }
        guard let digest, Secret.equal(digest.lowercased(), ContentDigest.hex(of: request.body)) else {
            return .wrong("the signature is of another body")
        }
        return .authentic
    }

    func code(url: String, key: String) -> [UInt8] {
        var message = Array(url.utf8)
        if request.bodyKind == .form {
            let fields = PercentEncoding.fields(String(decoding: request.body, as: UTF8.self))
            // Fields of one name stand in the order of their values, each once.
            var seen: Set<Parameter> = []
            let sorted = fields.filter { seen.insert($0).inserted }.sorted {
                $0.name == $1.name ? $0.value.lexicographicallyPrecedes($1.value) : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
            }
            for field in sorted { message += Array(field.name.utf8) + field.value }
        }
        return Verification.HashFunctionName.sha1.authenticationCode(message, key: Array(key.utf8))
    }

    /// The URL as it was called, and with the scheme's own port written or left out: which of them is signed differs.
    private var urls: [String] {
        guard let parts = URLComponents(string: request.url), let host = parts.encodedHost else { return [request.url] }
        let standard = parts.scheme == "https" ? 443 : 80
        let (with, without) = ("://\(host):\(standard)", "://\(host)")
        if parts.port == standard { return [request.url, request.url.replacing(with, with: without, maxReplacements: 1)] }
        if parts.port == nil { return [request.url, request.url.replacing(without, with: with, maxReplacements: 1)] }
        return [request.url]
    }
}

/// `X-Plivo-Signature-V3`: HMAC-SHA256 in base64, keyed with the account's token, over the URL, the sorted parameters and a nonce.
struct PlivoSignature {
    let request: CallbackRequest

    init(request: CallbackRequest) { self.request = request }

    static let headers = ["X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3"]
    static let nonceHeader = "X-Plivo-Signature-V3-Nonce"

    func judge(_ keys: [String]) -> Verification.Judgement {
        let claims = Self.headers.compactMap(request.header).flatMap { $0.split(separator: ",") }
        guard !claims.isEmpty else { return .absent }
        guard let nonce = request.header(Self.nonceHeader), !nonce.isEmpty else { return .wrong("there is no nonce") }
        let signatures = claims.prefix(10)
            .compactMap { Data(base64Encoded: $0.trimmingCharacters(in: .whitespaces)).map { Array($0) } }.filter { $0.count == 32 }
        guard !signatures.isEmpty else { return .wrong("the signature is wrong") }
        var isRight = false
        for key in keys {
            let expected = code(nonce: nonce, key: key)
            for signature in signatures where Secret.equal(signature, expected) { isRight = true }
        }
        guard isRight else { return .wrong("the signature is wrong") }
        // Only forms are signed with their fields.
        return request.body.isEmpty || request.bodyKind == .form ? .authentic : .wrong("the signature is not over the body")
    }

    func code(nonce: String, key: String) -> [UInt8] {
        let fields = request.bodyKind == .form ? PercentEncoding.fields(String(decoding: request.body, as: UTF8.self)) : []
        let queried = PercentEncoding.fields(request.query)
        var message = Array(request.url.prefix { $0 != "?" }.utf8)
        if request.method.uppercased() == "POST", !fields.isEmpty {
            message += Array("?".utf8) + Self.pairs(queried)
            if !queried.isEmpty { message += Array(".".utf8) }
            for field in Self.sorted(fields) { message += Array(field.name.utf8) + field.value }
        } else if !queried.isEmpty || !fields.isEmpty {
            message += Array("?".utf8) + Self.pairs(queried + fields)
        }
        message += Array(".\(nonce)".utf8)
        return Verification.HashFunctionName.sha256.authenticationCode(message, key: Array(key.utf8))
    }

    private static func pairs(_ fields: [Parameter]) -> [UInt8] {
        Array(sorted(fields).map { Array("\($0.name)=".utf8) + $0.value }.joined(separator: Array("&".utf8)))
    }

    private static func sorted(_ fields: [Parameter]) -> [Parameter] {
        fields.sorted {
            $0.name == $1.name ? $0.value.lexicographicallyPrecedes($1.value) : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }
}
