import ParleyCore

/// Writes one attempt at a webhook as a request: form or query, signed, with what a receiver needs to recognise a repeat.
struct WebhookRequest {
    var url: String
    var method: HookMethod
    var parameters: [HookParameter]
    /// The same for all attempts at one event for one target.
    var token: String
    /// The delivery's number in the log; nil for pre-hooks, which are asked once.
    var delivery: Int64?

    func outbound(under rules: WebhookRules, at now: Instant) -> OutboundRequest {
        let name = method.rawValue.uppercased()
        let encoded = parameters.map { "\(WebhookRequest.encode($0.name))=\(WebhookRequest.encode($0.value))" }.joined(separator: "&")
        var target = WebhookURL.requested(url)
        var body: [UInt8] = []
        switch method {
        case .get: target += (target.contains("?") ? "&" : "?") + encoded
        case .post: body = Array(encoded.utf8)
        }
        var headers = [
            HeaderField("User-Agent", "Parley"), HeaderField("Accept", "application/json, */*"),
            HeaderField(
                "X-Twilio-Signature", rules.signer.contractSignature(url: target, form: method == .post ? parameters : [])),
            HeaderField("X-Parley-Signature", rules.signer.signature(at: now, method: name, url: target, body: body)),
            HeaderField("I-Twilio-Idempotency-Token", token), HeaderField("Idempotency-Key", token),
        ]
        if let delivery { headers.append(HeaderField("X-Parley-Delivery", String(delivery))) }
        if method == .post { headers.append(HeaderField("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")) }
        return OutboundRequest(
            method: name, url: target, headers: headers, body: method == .post ? body : nil, timeout: rules.timeout,
            answerBytesMax: rules.answerBytesMax)
    }

    /// RFC 3986's unreserved characters stand for themselves, every other byte is escaped.
    private static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
