import ParleyCore
import ParleySMS
import ParleyYAML
import Testing

/// A made-up provider that uses what the format has, and ways to put it to use.
enum Example {
    static let definition = """
        format: 1
        name: example
        title: Example SMS
        documentation: https://example.com/docs
        verified: 2026-11-22
        settings:
          account: { required: true, help: "account id" }
          token: { required: true, secret: true }
          priority: { default: normal, one_of: [normal, high] }
          pool: {}
        base_url: https://api.example.com
        capabilities:
          addresses: { to: [e164], from: [e164, alphanumeric] }
          text: { longest: 20 characters, splitting: provider }
          receipts: true
        send:
          request:
            method: POST
            path: /v1/{{settings.account}}/messages
            headers: { Authorization: "Bearer {{settings.token}}" }
            json:
              from: "{{from.digits}}"
              to: ["{{to.e164}}"]
              text: "{{text}}"
              priority: "{{settings.priority}}"
              pool: "{{settings.pool}}"
              pooled: { when: settings.pool, value: true }
              unicode: { when: text.is_unicode, value: true }
              parts: 3
              quoted: "3"
              word: NO
              nothing: null
              reference: "{{reference}}"
              callback: "{{callbacks.receipts}}"
          results:
            - { when: { status: 201 }, outcome: accepted, ids: /messages/*/id }
            - { when: { status: 200, json: { /error/code: ["21", "22"] } }, outcome: throttled, after: { regex: 'wait \\[ (\\d+) \\]', in: body, unit: ms } }
            - { when: { json: { /error/code: "30" } }, outcome: opted_out }
            - { when: { json: { /error/code: { regex: "^4" } } }, outcome: permanent, code: /error/code, text: /error/message }
            - { when: { header: { X-Fault: credit } }, outcome: misconfigured, code: { header: X-Fault } }
            - { when: { status: 5xx, body: "(?i)maintenance" }, outcome: temporary, after: /retry }
        callbacks:
          paths: any
          verify: { secret_path: callback_secret }
          events:
            - kind: inbound
              when: { json: { /type: message } }
              each: /results
              id: /id
              from: { at: /from, form: digits }
              to: { at: /to, form: digits }
              text: /text
              sent_at: { at: /date, formats: [rfc3339, unix_ms] }
            - kind: receipt
              when: { json: { /type: status } }
              each: /results
              matches: { reference: /reference, id: /messageId }
              status: { at: /status, table: { DELIVERED: delivered, QUEUED: unchanged } }
              code: /error/code
              text: /error/text
          ack: { status: 200, content_type: application/json, body: "{}" }

        """

    static let settings = """
        credentials: { account: "EX/1", token: t0ken-value }
        callback_secret: [new-secret, old-secret]

        """

    /// The definition with other text in place of its JSON body.
    static func definition(requesting body: String) throws -> String {
        let start = try #require(definition.firstRange(of: "    json:\n      from"))
        let end = try #require(definition.firstRange(of: "  results:"))
        return definition.replacingCharacters(start.lowerBound..<end.lowerBound, with: body)
    }

    /// The definition with other events and another proof.
    static func definition(verify: String = "{ secret_path: callback_secret }", events: String? = nil, isOneURL: Bool = true) throws
        -> String
    {
        var text = definition.replacing("{ secret_path: callback_secret }", with: verify)
        if !isOneURL { text = text.replacing("paths: any", with: "paths: { inbound: [GET, POST], receipts: [GET, POST] }") }
        if let events {
            let start = try #require(text.firstRange(of: "    - kind: inbound"))
            let end = try #require(text.firstRange(of: "  ack:"))
            text.replaceSubrange(start.lowerBound..<end.lowerBound, with: events)
        }
        return text
    }

    /// Reads a definition that must be right.
    static func read(_ text: String = definition) throws -> ProviderDefinition {
        let problems = SettingsProblems()
        let definition = ProviderDefinition.read(text: text, file: "example.yaml", problems: problems)
        #expect(problems.all.map(\.description) == [])
        return try #require(definition)
    }

    static func settings(_ definition: ProviderDefinition, _ text: String = settings) throws -> HTTPSMSSettings {
        let problems = SettingsProblems()
        let reader = try SettingsDocument(text: text, file: "parley.yaml", problems: problems).mapping()
        let settings = HTTPSMSSettings(reader, definition: definition)
        reader.finish()
        #expect(problems.all.map(\.description) == [])
        return settings
    }

    /// What is wrong with some settings.
    static func problems(_ definition: ProviderDefinition, _ text: String) throws -> [String] {
        let problems = SettingsProblems()
        let reader = try SettingsDocument(text: text, file: "parley.yaml", problems: problems).mapping()
        _ = HTTPSMSSettings(reader, definition: definition)
        reader.finish()
        return problems.all.map(\.description)
    }

    static let callbacks = CallbackURLs(publicURL: "https://parley.example/", adapter: "carrier", secret: "new-secret")

    static func dispatch(
        text: String?, from: String = "+15551230001", to: String = "+15557770001", media links: [String] = [], partsTaken: [Int] = [],
        segmentsMax: Int? = nil
    ) throws -> Dispatch {
        let sid = SID(.delivery, high: 1, low: 2)
        let media = try links.indices.map { index in
            Media(
                sid: SID(.media, high: 1, low: UInt64(index)), service: SID(.service, high: 1, low: 1),
                key: try #require(MediaKey(rawValue: String(repeating: "0", count: 64))), contentType: "image/png", size: 1,
                created: Instant(milliseconds: 0))
        }
        var payload = Payload(
            text: text, author: "system", media: media, conversation: SID(.conversation, high: 1, low: 1),
            message: SID(.message, high: 1, low: 1),
            participant: SID(.participant, high: 1, low: 1), created: Instant(milliseconds: 0))
        if !links.isEmpty { payload.mediaLinks = links }
        payload.segmentsMax = segmentsMax
        return Dispatch(
            delivery: sid, attempt: 1, pair: Pair(proxy: try Address(from), address: try Address(to)), payload: payload,
            partsTaken: partsTaken)
    }

    static func callback(
        _ json: String, path: CallbackRequest.Path = .receipts, secret: String? = "new-secret",
        type: String = "application/json; charset=utf-8"
    ) -> CallbackRequest {
        CallbackRequest(
            path: path, method: "POST", url: "https://parley.example/adapters/carrier/\(path.rawValue)", query: "",
            headers: [HeaderField("content-type", type)], body: Array(json.utf8), secret: secret)
    }
}
