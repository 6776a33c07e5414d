import ParleyCore
import ParleySMS
import Testing

/// Requests that prove themselves, with signatures that were computed by Python's hmac and hashlib and by Twilio's own library; and each of
/// them with something changed. Tokens (jwt_hs256), Ed25519 and Plivo's signature are in the cases of messagebird, telnyx and plivo.
@Suite struct SignatureTests {
    private static let body = #"{"type":"other"}"#
    /// 2026-11-22T10:00:00Z.
    private static let now: Int64 = 1_795_341_600
    private static let timed =
        #"{ hmac: { algorithm: sha256, key: settings.token, over: [timestamp, ".", nonce, ".", body], header: X-Sig, prefix: v1=, timestamp: X-Time, nonce: X-Nonce } }"#
    private static let signature = "v1=15774c9a43ee95283d5e2118cf12d5a61fdbd97ab048750f9ff76823b3b3bd7e"

    private func reason(
        _ verify: String, _ request: CallbackRequest, settings text: String = Example.settings, after seconds: Int64 = 0
    ) throws -> String? {
        let definition = try Example.read(Example.definition(verify: verify))
        let settings = try Example.settings(definition, text)
        do throws(Unauthentic) {
            _ = try definition.interpret(request, settings: settings, at: Instant(seconds: Self.now + seconds))
            return nil
        } catch {
            return error.reason
        }
    }

    private func request(_ headers: [String: String], body: String = body, query: String = "") -> CallbackRequest {
        var request = Example.callback(body, secret: nil)
        request.query = query
        if !query.isEmpty { request.url += "?\(query)" }
        request.headers += headers.sorted { $0.key < $1.key }.map { HeaderField($0.key, $0.value) }
        return request
    }

    private static let good = ["X-Sig": signature, "X-Time": "1795341600", "X-Nonce": "n1"]

    @Test(
        arguments: [
            ([:], 0, nil), (["X-Time": "1795341601"], 0, "the signature is wrong"), (["X-Nonce": "n2"], 0, "the signature is wrong"),
            (["X-Sig": "v1=00"], 0, "the signature is wrong"), (["X-Sig": "15774c9a"], 0, "the signature is wrong"),
            (["X-Sig": ""], 0, "the signature is wrong"), (["X-Sig": "v1=zz"], 0, "the signature is wrong"),
            (["X-Time": ""], 0, "there is no timestamp"), (["X-Time": "yesterday"], 0, "there is no timestamp"),
            (["X-Time": "-5"], 0, "there is no timestamp"), ([:], 300, nil), ([:], 301, "the timestamp is too far from now"),
            ([:], -300, nil), ([:], -301, "the timestamp is too far from now"),
            (["X-Time": "9223372036854775807"], 0, "the timestamp is too far from now"),
        ] as [([String: String], Int64, String?)])
    func aSignatureWithATime(changes: [String: String], seconds: Int64, expected: String?) throws {
        let request = request(Self.good.merging(changes) { $1 })
        #expect(try reason(Self.timed, request, after: seconds) == expected)
    }

    @Test func everythingThatIsSignedCounts() throws {
        #expect(try reason(Self.timed, request(Self.good, body: Self.body + " ")) == "the signature is wrong")
        #expect(try reason(Self.timed, request([:])) == "there is no signature")
        #expect(
            try reason(Self.timed, request(Self.good), settings: Example.settings.replacing("t0ken-value", with: "other"))
                == "the signature is wrong")
    }

    /// While a key is changed, both are good; what is sent uses the first.
    @Test func keysRotate() throws {
        let both = Example.settings.replacing("token: t0ken-value", with: "token: [fresh, t0ken-value]")
        #expect(try reason(Self.timed, request(Self.good), settings: both) == nil)
        let definition = try Example.read()
        let sent = try definition.render(
            Example.dispatch(text: "x"), settings: Example.settings(definition, both), callbacks: Example.callbacks)[0]
        #expect(sent.headers[0] == HeaderField("Authorization", "Bearer fresh"))
        let echo = OutboundAnswer(status: 400, body: Array(#"{"error":{"code":"4","message":"t0ken-value"}}"#.utf8))
        let shown = definition.outcome(of: echo, settings: try Example.settings(definition, both))
        #expect(shown == .permanent(Diagnosis(carrierCode: "4", text: "HTTP 400: ***")))
    }

    @Test(arguments: [
        (
            #"{ hmac: { algorithm: sha512, key: settings.token, over: [method, path, body], header: X-Sig, encoding: base64 } }"#,
            "AkoPPBLc9hGzqB2WPnyFmU8tOVsk/kZAa4DJ5YhkNHVfoS+G6zR1eRrQUw0lABhFtud6lgYWpsds2rEK9bLh4Q==", "t0ken-value"
        ),
        (
            #"{ hmac: { algorithm: sha1, key: settings.token, key_encoding: hex, over: body, header: X-Sig } }"#,
            "7aa1468b3d6161fe192aed51a62aaececc40361f", "00ff10"
        ),
    ])
    func otherAlgorithmsAndEncodings(verify: String, signature: String, key: String) throws {
        let settings = Example.settings.replacing("t0ken-value", with: "\"\(key)\"")
        #expect(try reason(verify, request(["X-Sig": signature]), settings: settings) == nil)
        #expect(try reason(verify, request(["X-Sig": String(signature.reversed())]), settings: settings) == "the signature is wrong")
    }

    @Test(arguments: [
        ("md5_hash", "371c8330f4d0756ffbff9704be83d4d3"),
        ("hmac_sha256", "5A4AE0B53F03B673851FBBAC15BC267318DE569F40F78F058532CACFC6ACB88A"),
        ("hmac_md5", "7d99a27ac629d4c1055dd4c8d409717f"),
    ])
    func sortedParameters(algorithm: String, signature: String) throws {
        let verify = "{ sorted_parameters: { key: settings.token, algorithm: \(algorithm), parameter: sig, timestamp: timestamp } }"
        let fields = "text=a%26b%3Dc&msisdn=15557770001&timestamp=1795341600"
        func request(_ form: String, query: String = "") -> CallbackRequest {
            var request = self.request([:], body: form, query: query)
            request.headers = form.isEmpty ? [] : [HeaderField("Content-Type", "application/x-www-form-urlencoded")]
            return request
        }
        #expect(try reason(verify, request("\(fields)&sig=\(signature)")) == nil)
        #expect(try reason(verify, request("", query: "sig=\(signature)&\(fields)")) == nil)
        #expect(try reason(verify, request("\(fields)&sig=\(signature)"), after: 301) == "the timestamp is too far from now")
        for changed in [fields.replacing("a%26b", with: "a%26c"), fields + "&more=1", "msisdn=15557770001&timestamp=1795341600"] {
            #expect(try reason(verify, request("\(changed)&sig=\(signature)")) == "the signature is wrong")
        }
        #expect(try reason(verify, request(fields)) == "there is no signature")
        #expect(try reason(verify, request("sig=\(signature)&text=a")) == "there is no timestamp")
    }

    private static let digest = "06b382a3c7d1f65bed38e428e3fa1641a5647dddeae79d637b9dfd05fffa7d5c"

    @Test func twilioSignsTheURLWithAFormOrADigest() throws {
        let verify = "{ twilio_url_and_form: settings.token }"
        func form(_ fields: String, _ signature: String, query: String = "") -> CallbackRequest {
            var request = request(["X-Twilio-Signature": signature], body: fields, query: query)
            request.headers[0].value = "application/x-www-form-urlencoded"
            return request
        }
        #expect(try reason(verify, form("To=%2B1&Body=a+b", "BEnGuh+nCi/R7KAYk0Nt+yDLWSQ=", query: "reference=r1")) == nil)
        #expect(
            try reason(verify, form("To=%2B1&Body=a+c", "BEnGuh+nCi/R7KAYk0Nt+yDLWSQ=", query: "reference=r1")) == "the signature is wrong")
        #expect(
            try reason(verify, form("To=%2B1&Body=a+b", "BEnGuh+nCi/R7KAYk0Nt+yDLWSQ=", query: "reference=r2")) == "the signature is wrong")
        // The scheme's own port may be written or not, on either side.
        #expect(try reason(verify, form("To=%2B1", "hdcxIeU+CewGmITaGkDTWbND76c=")) == nil)
        let json = request(["X-Twilio-Signature": "f92AkdvG9QQHCmgVMRwEnXIVGe4="], query: "bodySHA256=\(Self.digest)")
        #expect(try reason(verify, json) == nil)
        var changed = json
        changed.body += [0x20]
        #expect(try reason(verify, changed) == "the signature is of another body")
        #expect(try reason(verify, request([:])) == "there is no signature")
    }

    @Test func basicAndBearer() throws {
        // printf 'hook:t0ken-value' | base64, and with another user.
        let (right, other) = ("Basic aG9vazp0MGtlbi12YWx1ZQ==", "Basic b3RoZXI6dDBrZW4tdmFsdWU=")
        let verify = "{ basic: { user: settings.pool, password: settings.token } }"
        let settings = Example.settings + "options: { pool: hook }\n"
        #expect(try reason(verify, request(["Authorization": right]), settings: settings) == nil)
        #expect(try reason(verify, request(["Authorization": other]), settings: settings) == "the secret is wrong")
        #expect(try reason("{ basic: settings.token }", request(["Authorization": other]), settings: settings) == nil)
        #expect(try reason("{ bearer: settings.token }", request(["Authorization": "bearer t0ken-value"])) == nil)
        #expect(try reason("{ bearer: settings.token }", request(["Authorization": "Bearer t0ken"])) == "the secret is wrong")
        #expect(try reason("{ bearer: settings.token }", request(["Authorization": right])) == "there is no secret")
    }

    /// A way whose key is not set is not tried: an empty key would let everybody in.
    @Test func aWayWithoutItsKeyIsNone() throws {
        let definition = try Example.read(
            Example.definition(verify: "{ bearer: settings.hook, secret_path: callback_secret }")
                .replacing("  pool: {}", with: "  pool: {}\n  hook: { secret: true }"))
        let settings = try Example.settings(definition)
        for header in ["Bearer ", "Bearer"] {
            #expect(throws: Unauthentic.self) {
                try definition.interpret(request(["Authorization": header]), settings: settings, at: Instant(seconds: Self.now))
            }
        }
        let problems = try Example.problems(definition, "credentials: { account: x, token: y }\n")
        #expect(
            problems == [
                "parley.yaml:1: callback_secret: is required by the provider example to know its callbacks by, or one of credentials: hook"
            ])
    }
}
