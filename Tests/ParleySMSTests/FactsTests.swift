import ParleySMS
import Testing

/// What an operator is told of a definition and of an adapter's settings.
@Suite struct FactsTests {
    @Test func whatIsTaken() throws {
        let definition = try Example.read()
        #expect(definition.recipientForms == ["e164"] && definition.senderForms == ["e164", "alphanumeric"])
        #expect(definition.textEncodings == ["UTF-8"])
    }

    @Test(arguments: [
        (#"{ text: "{{text}}" }"#, ["UTF-8"]), (#"{ hex: "{{text.utf16be_hex}}" }"#, ["UTF-16BE in hexadecimal"]),
        (
            #"{ text: [{ when: text.is_gsm7, value: "{{text.gsm7}}" }, { when: text.is_unicode, value: "{{text.utf16be}}" }] }"#,
            ["UTF-16BE", "GSM 7-bit, a septet a byte"]
        ),
    ])
    func encodingsFollowFromTheRequest(form: String, encodings: [String]) throws {
        // Uses the settings that the definition would otherwise call unused.
        let rest = #"    query: { p: "{{settings.priority}}", q: "{{settings.pool}}" }"#
        let definition = try Example.read(Example.definition(requesting: "\(rest)\n    form: \(form)\n"))
        #expect(definition.textEncodings == encodings)
    }

    @Test func settingsAreShownWithoutTheirSecrets() throws {
        let text = """
            credentials: { account: "EX/1", token: [t0ken-value, older-value, oldest-value] }
            options: { pool: gold }
            callback_secret: [new-secret, old-secret]

            """
        let settings = try Example.settings(try Example.read(), text)
        let shown = settings.shown.map { "\($0.name) = \($0.value)\($0.isSecret ? ", secret" : "")\($0.isDefault ? ", default" : "")" }
        #expect(
            shown == [
                "base_url = https://api.example.com", "account = EX/1", "token = *** and 2 older, secret", "priority = normal, default",
                "pool = gold", "callback_secret = *** and 1 older, secret",
            ])
    }

    @Test(arguments: [
        ("{ secret_path: callback_secret }", ["secret_path with callback_secret: tried"]),
        (
            "{ basic: settings.token, secret_path: callback_secret }",
            ["basic with token: tried", "secret_path with callback_secret: tried"]
        ),
        (
            "{ hmac: { algorithm: sha256, over: [body], header: X-Signature, key: settings.token } }",
            ["hmac with token: tried, a signature"]
        ),
    ])
    func proofsAreNamed(verify: String, proofs: [String]) throws {
        let settings = try Example.settings(try Example.read(try Example.definition(verify: verify)))
        let found = settings.proofs.map {
            "\($0.method) with \($0.key): \($0.isTried ? "tried" : "not tried")\($0.isSignature ? ", a signature" : "")"
        }
        #expect(found == proofs)
    }

    @Test func aProofWithoutItsKeyIsNotTried() throws {
        let definition = try Example.read(try Example.definition(verify: "{ bearer: settings.token, secret_path: callback_secret }"))
        let settings = try Example.settings(definition, "credentials: { account: x, token: y }\n")
        #expect(settings.proofs.map(\.isTried) == [true, false])
    }
}
