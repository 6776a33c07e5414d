import ParleySMS
import ParleyYAML
import Testing

@Suite struct ProviderDefinitionTests {
    /// A right definition with one fault, and what is said about it.
    struct Fault: CustomTestStringConvertible {
        let find: String
        let replacement: String
        let message: String

        init(_ find: String, _ replacement: String, _ message: String) {
            self.find = find
            self.replacement = replacement
            self.message = message
        }

        var testDescription: String { replacement }
    }

    @Test(arguments: [
        Fault("format: 1", "format: 2", "example.yaml:1: format: is not a format this version reads; it reads 1"),
        Fault("name: example", "name: other", "example.yaml:2: name: must be the file's name, `example`"),
        Fault("verified: 2026-11-22", "verified: today", "example.yaml:5: verified: expected a date such as 2026-11-22"),
        Fault(
            "    method: POST", "    methd: POST",
            "example.yaml:18: send.request.methd: unknown key; did you mean `method`? (valid: method, path, query, headers, auth, form, json, xml, multipart, body)"
        ),
        Fault(
            "    method: POST", "    method: DELETE", "example.yaml:18: send.request.method: unknown value `DELETE`; valid: GET, POST, PUT"),
        Fault(
            "\"{{to.e164}}\"", "\"{{to.e165}}\"",
            "example.yaml:23: send.request.json.to[0]: there is no variable `to.e165`; did you mean `to.e164`?"),
        Fault("\"{{text}}\"", "\"{{#text}}x\"", "example.yaml:24: send.request.json.text: only variables may stand in braces"),
        Fault("\"{{text}}\"", "\"{{text\"", "example.yaml:24: send.request.json.text: has a `{{` without its `}}`"),
        Fault(
            "\"{{text}}\"", "\"{{text.utf16be}}\"",
            "example.yaml:24: send.request.json.text: {{text.utf16be}} is bytes and can stand in a query or form only"),
        Fault("{{settings.pool}}", "{{settings.poool}}", "example.yaml:26: send.request.json.pool: there is no setting `poool`"),
        Fault(
            "when: settings.pool,", "when: settings.pol,",
            "example.yaml:27: send.request.json.pooled.when: there is no condition `settings.pol`; did you mean `settings.pool`?"),
        Fault("  pool: {}", "  pool: {}\n  spare: {}", "example.yaml:11: settings.spare: is used nowhere in the definition"),
        Fault(
            "{ required: true, secret: true }", "{ required: true }",
            "example.yaml:8: settings.token: sounds like a secret: say `secret: true`, or `secret: false` if it is none"),
        Fault(
            "/v1/{{settings.account}}", "/v1/{{settings.account}}/{{settings.token}}",
            "example.yaml:19: send.request.path: the secret `token` cannot stand in the path, which is logged"),
        Fault(
            "/v1/{{settings.account}}", "/v1/{{settings.account}}/{{settings.pool}}",
            "example.yaml:19: send.request.path: the setting `pool` stands in the path, so it must be required or have a default"),
        Fault(
            "/v1/{{settings.account}}", "/v1/{{settings.account}}?x=1",
            "example.yaml:19: send.request.path: must not have a query or fragment"),
        Fault("    json:\n", "    xml: { a: b, c: d }\n    json:\n", "send.request.xml: expected one element, the root"),
        Fault("    json:\n", "    xml: { 0a: b }\n    json:\n", "send.request.xml.0a: `0a` is no name of an element or attribute"),
        Fault(
            "    json:\n", "    body: { content_type: text/plain, text: \"a {{text}}\" }\n    json:\n",
            "send.request.body.text: expected one variable and nothing else"),
        Fault(
            "    json:\n", "    auth: { bearer: x }\n    json:\n", "send.request.auth: stands beside a header Authorization"),
        Fault(
            "    json:\n", "    form: { a: b }\n    json:\n",
            "send.request.json: stands beside form; a request has one body"),
        Fault("parts: 3", "parts: { each: medium, value: x }", "send.request.json.parts.each: unknown value `medium`"),
        Fault(
            "parts: 3", "parts: \"{{media.url}}\"", "send: `{{media.url}}` stands outside of { each: media, value: … }"),
        Fault(
            "parts: 3", "parts: { each: media, value: \"{{media.url}}\" }",
            "capabilities: a request has {{media.url}}; say what media the provider takes"),
        Fault(
            "  receipts: true", "  receipts: true\n  media: { kinds: [image/png], by: url }", "capabilities: says media, and no request has"
        ),
        Fault("  receipts: true", "  receipts: true\n  media: { kinds: [png], by: url }", "media.kinds: `png` is no MIME type"),
        Fault("parts: 3", "parts: \"{{part.total}}\"", "send: {{part.total}} has a value where capabilities say splitting: gateway only"),
        Fault("parts: 3", "parts: \"{{idempotency_key}}\"", "capabilities: a request has {{idempotency_key}}; say idempotency_key: true"),
        Fault("  receipts: true", "  receipts: true\n  idempotency_key: true", "no request has {{idempotency_key}}"),
        Fault(
            "  request:\n", "  requests:\n    - { method: GET, path: /a }\n  request:\n", "send.request: stands beside requests"),
        Fault(
            "base_url: https://api.example.com", "base_url: https://{{settings.token}}.example.com",
            "the secret `token` cannot stand in the URL"),
        Fault("base_url: https://api.example.com", "base_url: https://{{text}}.example.com", "base_url: only settings may stand here"),
        Fault("  pool: {}", "  pool: { structure: true }", "settings.pool.structure: a setting that is structure needs a default"),
        Fault(
            "  pool: {}", "  pool: {}\n  shape: { structure: true, default: \"$(nothing)\" }",
            "settings.shape.default: there is no structural setting `nothing`"),
        Fault(
            "    - { when: { json: { /error/code: \"30\" } }",
            "    - { when: { status: 2xx, json: { /error/code: \"21\" } }, outcome: permanent }\n    - { when: { status: 201 }",
            "example.yaml:39: send.results[3]: is never reached: the rule on line 36 matches first"),
        Fault("wait \\[ (\\d+) \\]", "wait [", "send.results[1].after.regex: is not a regular expression"),
        Fault("outcome: opted_out", "outcome: optout", "send.results[2].outcome: unknown value `optout`"),
        Fault("outcome: opted_out", "outcome: opted_out, ids: /id", "send.results[2].ids: only an accepted message has ids"),
        Fault("status: 5xx", "status: 7xx", "send.results[5].when.status: expected HTTP statuses such as 202 or 5xx"),
        Fault("{ secret_path: callback_secret }", "{ hmac: { algorithm: sha256 } }", "callbacks.verify.hmac.over: is required"),
        Fault(
            "{ secret_path: callback_secret }", "{ hmac: { algorithm: sha256, key: settings.token, over: [timestamp], header: X } }",
            "callbacks.verify.hmac.over: must have body: what is not signed can be changed by anybody"),
        Fault(
            "{ secret_path: callback_secret }", "{ hmac: { algorithm: sha256, key: settings.token, over: [timestamp, body], header: X } }",
            "callbacks.verify.hmac.over: a timestamp must be signed (in over) and be somewhere (timestamp)"),
        Fault(
            "{ secret_path: callback_secret }", "{ jwt_hs256: { key: settings.token, header: X, claims: { u: url_sha256 } } }",
            "callbacks.verify.jwt_hs256.claims: must have body_sha256"),
        Fault("{ secret_path: callback_secret }", "{ bearer: settings.tokens }", "callbacks.verify.bearer: unknown key `settings.tokens`"),
        Fault("{ secret_path: callback_secret }", "{}", "callbacks.verify: needs at least one way to tell the provider from a stranger"),
        Fault("{ json: { /type: status } }", "{ json: { /type: message } }", "callbacks.events[1]: is never reached"),
        Fault("DELIVERED: delivered", "DELIVERED: deliverd", "status.table.DELIVERED: unknown value `deliverd`; did you mean `delivered`?"),
        Fault("      text: /text", "      text: /text\n      media: { url: /media }", "callbacks.events[0].media.url: expected each"),
        Fault("      text: /text\n", "", "callbacks.events[0]: needs text, media or both"),
        Fault("formats: [rfc3339, unix_ms]", "formats: [iso]", "sent_at.formats: unknown format `iso`"),
        Fault("formats: [rfc3339, unix_ms]", "formats: [\"%Y %Q\"]", "sent_at.formats: unknown format `%Y %Q`"),
        Fault("send:\n", "codes: { \"1\": 21 }\nsend:\n", "codes.1: expected five digits, or opted_out"),
        Fault("receipts: true", "receipts: false", "capabilities: callbacks read receipts; say receipts: true"),
        Fault("base_url: https://", "base_url: ftp://", "example.yaml:11: base_url: expected a URL such as https://api.example.com"),
        Fault("splitting: provider", "splitting: gateway", "capabilities.text.longest: must be in segments where the gateway cuts texts"),
        Fault("format: 1\n", "format: 1\nformat: 1\n", "example.yaml:2: the key `format` is given twice; it stands on line 1 already"),
    ])
    func aFaultIsNamedWithItsPlace(fault: Fault) throws {
        try #require(Example.definition.contains(fault.find))
        let problems = SettingsProblems()
        let text = Example.definition.replacing(fault.find, with: fault.replacement, maxReplacements: 1)
        #expect(ProviderDefinition.read(text: text, file: "example.yaml", problems: problems) == nil)
        #expect(problems.all.contains { $0.description.contains(fault.message) }, "\(problems.all.map(\.description))")
    }

    @Test func allFaultsAreToldAtOnce() {
        let problems = SettingsProblems()
        let text = Example.definition
            .replacing("{{text}}", with: "{{txt}}").replacing("outcome: opted_out", with: "outcome: no").replacing("POST\n", with: "GETT\n")
        #expect(ProviderDefinition.read(text: text, file: "example.yaml", problems: problems) == nil)
        #expect(problems.count == 3, "\(problems.all.map(\.description))")
    }

    @Test func anUnreadableFileIsAProblem() {
        let problems = SettingsProblems()
        #expect(ProviderDefinition.read(path: "/nowhere/x.yaml", problems: problems) == nil)
        #expect(problems.all.map(\.description) == ["/nowhere/x.yaml:1: cannot be read as a text in UTF-8"])
    }
}
