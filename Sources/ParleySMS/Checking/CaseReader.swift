import Foundation
import ParleyCore
import ParleyYAML

/// Reads one case.
struct CaseReader {
    let definition: ProviderDefinition
    let settings: HTTPSMSSettings
    let publicURL: String
    let now: Instant

    init(definition: ProviderDefinition, settings: HTTPSMSSettings, publicURL: String, now: Instant) {
        self.definition = definition
        self.settings = settings
        self.publicURL = publicURL
        self.now = now
    }

    func read(_ reader: MappingReader) -> ProviderCases.Case? {
        let name = reader.requiredString("name")
        let action: ProviderCases.Action?
        switch (reader.has("send"), reader.has("callback")) {
        case (true, false): action = sending(reader).map { .send($0) }
        case (false, true): action = calling(reader).map { .callback($0) }
        default:
            reader.problem("needs either send or callback")
            action = nil
        }
        let settings = reader.mapping("options").map { self.settings.changing($0) } ?? self.settings
        return action.map { ProviderCases.Case(name: name, line: reader.line, settings: settings, action: $0) }
    }

    // MARK: Sending

    private func sending(_ reader: MappingReader) -> ProviderCases.Sending? {
        guard let send = reader.mapping("send") else { return nil }
        let from = address(send, "from")
        let to = address(send, "to")
        let text = send.string("text", default: "")
        let reference = send.string("reference", default: "r1")
        let media = send.mappings("media").map { medium in
            OutboundMedium(
                url: medium.requiredString("url"), contentType: medium.string("content_type", default: "image/jpeg"),
                filename: medium.string("filename"))
        }
        let request = reader.mapping("request").map(self.request) ?? ProviderCases.RequestExpectation()
        let answer = reader.node("answer").flatMap(self.answer)
        let outcome = reader.required("outcome") { $0.node("outcome") }.flatMap(self.outcome)
        guard let from, let to, let outcome else { return nil }
        let message = OutboundText(
            pair: Pair(proxy: from, address: to), text: text, media: media, reference: reference, idempotencyKey: "key-of-\(reference)")
        return ProviderCases.Sending(message: message, request: request, answer: answer, outcome: outcome)
    }

    private func address(_ reader: MappingReader, _ key: String) -> Address? {
        let text = reader.requiredString(key)
        guard !text.isEmpty else { return nil }
        do {
            return try Address(text)
        } catch {
            reader.problem(error.description, at: key)
            return nil
        }
    }

    private func request(_ reader: MappingReader) -> ProviderCases.RequestExpectation {
        ProviderCases.RequestExpectation(
            method: reader.string("method"), url: reader.string("url"), path: reader.string("path"), query: fields(reader, "query"),
            headers: fields(reader, "headers"), form: fields(reader, "form"), multipart: fields(reader, "multipart"),
            json: reader.node("json").map { JSONValue($0) }, body: reader.string("xml") ?? reader.string("body"))
    }

    private func fields(_ reader: MappingReader, _ key: String) -> [ProviderCases.FieldExpectation] {
        reader.entries(key).map { name, node in
            ProviderCases.FieldExpectation(name: name, values: (node.list ?? [node]).compactMap { $0.expectText().map { Array($0.utf8) } })
        }
    }

    private func answer(_ node: SettingsNode) -> Result<OutboundAnswer, TransferFailure>? {
        guard let reader = node.expectMapping() else { return nil }
        defer { reader.finish() }
        if let word = reader.string("failure") {
            let mayHaveLeft = reader.required("may_have_left") { $0.bool("may_have_left") } ?? false
            guard let reason = TransferFailure.Reason(rawValue: word) else {
                reader.problem("unknown failure; expected one such as timedOut, broken, unreachable", at: "failure")
                return nil
            }
            return .failure(TransferFailure(reason, mayHaveLeft: mayHaveLeft, detail: "as the case says"))
        }
        let status = reader.required("status") { $0.int("status", in: 100...599) } ?? 200
        var headers = reader.entries("headers").compactMap { name, node in node.expectText().map { HeaderField(name, $0) } }
        var body = Array(reader.string("body", default: "").utf8)
        if let json = reader.node("json") {
            body = Array(JSONValue(json).encoded.utf8)
            headers.append(HeaderField("Content-Type", "application/json"))
        }
        return .success(OutboundAnswer(status: status, headers: headers, body: body))
    }

    private func outcome(_ node: SettingsNode) -> ProviderCases.OutcomeExpectation? {
        if let text = node.text {
            guard let word = word(text, node) else { return nil }
            return ProviderCases.OutcomeExpectation(word: word)
        }
        guard let pairs = node.pairs, pairs.count == 1, let (key, value) = pairs.first, let word = word(key, node) else {
            if node.pairs?.count != 1 { node.problem("expected one outcome, such as permanent or { accepted: [id] }") }
            return nil
        }
        if word == .accepted {
            return ProviderCases.OutcomeExpectation(word: word, ids: (value.expectList() ?? []).compactMap { $0.expectText() })
        }
        guard let reader = value.expectMapping() else { return nil }
        defer { reader.finish() }
        return ProviderCases.OutcomeExpectation(
            word: word, after: reader.duration("after"), code: reader.string("code"), contract: reader.int("contract"),
            text: reader.string("text"))
    }

    private func word(_ text: String, _ node: SettingsNode) -> ResultRule.Word? {
        if let word = ResultRule.Word(rawValue: text) { return word }
        node.problem("unknown outcome `\(text)`; \(Spelling.advice(for: text, among: ResultRule.Word.allCases.map(\.rawValue)))")
        return nil
    }

    // MARK: Calling back

    private func calling(_ reader: MappingReader) -> ProviderCases.Calling? {
        guard let callback = reader.mapping("callback") else { return nil }
        let request = callbackRequest(callback)
        let isRefused = reader.bool("refused", default: false)
        let events = reader.node("events")?.expectList()?.compactMap(event)
        if !isRefused, events == nil { reader.problem("needs events, or refused: true") }
        let ack = reader.mapping("ack")
        let acknowledgement = ProviderCases.AcknowledgementExpectation(
            status: ack?.int("status"), contentType: ack?.string("content_type"), body: ack?.string("body"))
        return request.map { request, signedBy, now in
            ProviderCases.Calling(
                request: request, signedBy: signedBy, now: now, isRefused: isRefused, events: events, acknowledgement: acknowledgement)
        }
    }

    private func callbackRequest(_ reader: MappingReader) -> (request: CallbackRequest, signedBy: String?, now: Instant)? {
        let path = reader.required("path") { $0.choice("path", of: CallbackRequest.Path.self) }
        var headers = reader.entries("headers").compactMap { name, node in node.expectText().map { HeaderField(name, $0) } }
        var query = ""
        if let node = reader.node("query") { query = node.text ?? form(node) }
        var body: [UInt8] = []
        if let node = reader.node("form") {
            body = Array((node.text ?? form(node)).utf8)
            headers.append(HeaderField("Content-Type", "application/x-www-form-urlencoded"))
        } else if let node = reader.node("json") {
            body = Array(JSONValue(node).encoded.utf8)
            headers.append(HeaderField("Content-Type", "application/json"))
        } else if let text = reader.string("xml") {
            body = Array(text.utf8)
            headers.append(HeaderField("Content-Type", "application/xml"))
        } else if let text = reader.string("body") {
            body = Array(text.utf8)
        }
        if let type = reader.string("content_type") { headers.append(HeaderField("Content-Type", type)) }
        let method = reader.string("method", default: body.isEmpty ? "GET" : "POST")
        let isSigned = reader.bool("signed", default: true)
        let ways = definition.callbacks?.verifications ?? []
        let signedBy = reader.choice("signed_by", among: ways.map(\.word)) ?? ways.first { !settings.keys($0).isEmpty }?.word
        // The URL that the provider was told has the secret, whatever else proves the request.
        let hasSecret = ways.contains { $0.word == "secret_path" }
        let told = hasSecret && isSigned ? settings.callbackSecrets.first?.value : nil
        let secret = reader.has("secret") ? reader.string("secret") : told
        var now = self.now
        if let text = reader.string("now") {
            if let date = try? Date(text, strategy: .iso8601) {
                now = Instant(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
            } else {
                reader.problem("expected a time such as 2026-11-22T10:00:00Z", at: "now")
            }
        }
        guard let path else { return nil }
        let urls = CallbackURLs(publicURL: publicURL, adapter: definition.name, secret: secret)
        let url = (path == .inbound ? urls.inbound : urls.receipts) + (query.isEmpty ? "" : "?\(query)")
        let request = CallbackRequest(path: path, method: method, url: url, query: query, headers: headers, body: body, secret: secret)
        return (request, isSigned && !reader.has("secret") ? signedBy : nil, now)
    }

    private func form(_ node: SettingsNode) -> String {
        (node.expectMapping()?.entries() ?? []).flatMap { name, node in
            (node.list ?? [node]).compactMap { $0.expectText() }.map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
        }.joined(separator: "&")
    }

    private static let receiptKeys = ["reference", "id", "recipient", "carrier_status", "status", "code", "contract", "text"]
    private static let messageKeys = ["id", "from", "to", "text", "subject", "sent_at", "opt_out", "part"]
    private static let consentKeys = ["from", "to", "word"]

    private func event(_ node: SettingsNode) -> ProviderCases.EventExpectation? {
        if node.text == "not_understood" { return .notUnderstood }
        guard let reader = node.expectMapping("not_understood, { receipt: … } or { message: … }") else { return nil }
        defer { reader.finish() }
        if let receipt = reader.mapping("receipt") { return .receipt(values(receipt, Self.receiptKeys)) }
        if let message = reader.mapping("message") {
            let links = message.node("media").map { _ in
                message.mappings("media").map { medium in
                    InboundLink(
                        url: medium.requiredString("url"), contentType: medium.string("content_type"), filename: medium.string("filename"))
                }
            }
            return .message(values(message, Self.messageKeys), links: links)
        }
        if let consent = reader.mapping("opt_out") { return .consent(values(consent, Self.consentKeys)) }
        reader.problem("expected not_understood, { receipt: … }, { message: … } or { opt_out: … }")
        return nil
    }

    private func values(_ reader: MappingReader, _ keys: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for key in keys { values[key] = reader.string(key) }
        return values
    }
}

extension JSONValue {
    /// The value as written: JSON's own words and numbers where they have no quotes, texts otherwise.
    init(_ node: SettingsNode) {
        switch node.content {
        case .nothing: self = .null
        case .text(let text, let plain):
            if plain, text == "true" || text == "false" {
                self = .bool(text == "true")
            } else {
                self = plain && JSONReader.isNumber(text) ? .number(text) : .string(text)
            }
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .mapping(let pairs): self = .object(pairs.map { Member(name: $0.key, value: JSONValue($0.value)) })
        }
    }
}
