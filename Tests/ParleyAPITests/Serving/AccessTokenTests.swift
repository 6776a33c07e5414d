import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

@testable import ParleyAPI

@Suite struct AccessTokenTests {
    static let tokenHeader = HTTPField.Name("X-Twilio-Token")!

    /// Minted by the official Python library 9.13.0 at 1780000000 for an hour, for alice in a service and for zoë in none.
    static let ofLibrary = [
        "eyJhbGciOiJIUzI1NiIsImN0eSI6InR3aWxpby1mcGE7dj0xIiwidHlwIjoiSldUIn0.eyJqdGkiOiJTSzAwMDAwMDAwMDAwMDAwMDMwMDAwMDAwMDAwMDAwMDA1LTE"
            + "3ODAwMDAwMDAiLCJncmFudHMiOnsiY2hhdCI6eyJzZXJ2aWNlX3NpZCI6IklTMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAifSwiaWRlbnRpdHkiOiJhb"
            + "GljZSJ9LCJpc3MiOiJTSzAwMDAwMDAwMDAwMDAwMDMwMDAwMDAwMDAwMDAwMDA1IiwiZXhwIjoxNzgwMDAzNjAwLCJuYmYiOjE3ODAwMDAwMDAsInN1YiI6IkFDMD"
            + "AwMDAwMDAwMDAwMDAwMTAwMDAwMDAwMDAwMDAwMDIifQ.UGXFRPc4t2L0EtMTQzzOz2I-WBwaq1e1Nb4-4SBw8ms",
        "eyJhbGciOiJIUzI1NiIsImN0eSI6InR3aWxpby1mcGE7dj0xIiwidHlwIjoiSldUIn0.eyJqdGkiOiJTSzAwMDAwMDAwMDAwMDAwMDMwMDAwMDAwMDAwMDAwMDA1LTE"
            + "3ODAwMDAwMDAiLCJncmFudHMiOnsiY2hhdCI6e30sImlkZW50aXR5Ijoiem9cdTAwZWIgXHVkODNkXHVkZTQyIn0sImlzcyI6IlNLMDAwMDAwMDAwMDAwMDAwMzAwM"
            + "DAwMDAwMDAwMDAwMDUiLCJleHAiOjE3ODAwMDM2MDAsIm5iZiI6MTc4MDAwMDAwMCwic3ViIjoiQUMwMDAwMDAwMDAwMDAwMDAxMDAwMDAwMDAwMDAwMDAwMiJ9.S0"
            + "xcasBXXaLliNwmWvG--tlMWFEg9aZPJRTpwbxSA8w",
    ]

    static let start = Instant(seconds: 1_780_000_000)

    static func verifier(_ keys: APIConfiguration.Key...) -> AccessTokenVerifier {
        AccessTokenVerifier(
            APIConfiguration(
                listen: .init(host: "", port: 0), publicListen: .init(host: "", port: 0), apiURL: "", account: Installation.account,
                authToken: Installation.token, keys: [HandMint.key] + keys))
    }

    @Test func tokensOfTheOfficialLibraryAreRead() async throws {
        let service = SID(.service, high: 0, low: 0)
        let read = try await Self.ofLibrary.asyncMap { try await Self.verifier().verify($0, at: Self.start + .seconds(1800)) }
        #expect(
            read == [
                AccessToken(identity: "alice", service: service, expires: Instant(seconds: 1_780_003_600)),
                AccessToken(identity: "zoë 🙂", expires: Instant(seconds: 1_780_003_600)),
            ])
    }

    @Test func oursHasTheOfficialForm() async throws {
        let service = SID(.service, high: 0, low: 9)
        let token = try await AccessToken(identity: "alice", service: service, expires: Self.start + .seconds(60))
            .signed(by: HandMint.key, of: Installation.account, from: Self.start)
        let parts = token.split(separator: ".").map(String.init)
        let json = try parts.prefix(2).map { part in
            let padded = part.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - part.count % 4) % 4)
            return try JSONSerialization.jsonObject(with: #require(Data(base64Encoded: padded))) as? NSDictionary
        }
        #expect(json[0] == ["alg": "HS256", "cty": "twilio-fpa;v=1", "typ": "JWT"])
        #expect(
            json[1] == [
                "jti": "SK00000000000000030000000000000005-1780000000", "iss": "SK00000000000000030000000000000005",
                "sub": "AC00000000000000010000000000000002", "nbf": 1_780_000_000, "exp": 1_780_000_060,
                "grants": ["identity": "alice", "chat": ["service_sid": service.text]],
            ])
        #expect(try await Self.verifier().verify(token, at: Self.start).service == service)
    }

    /// HMAC takes keys of any length; so do we.
    @Test(arguments: ["s", "demo-secret", String(repeating: "s", count: 31), String(repeating: "s", count: 65)])
    func secretsOfAnyLength(secret: String) async throws {
        let key = APIConfiguration.Key(sid: SID(.apiKey, high: 3, low: 6), secret: secret)
        let byHand = HandMint.with {
            $0.issuer = key.sid.text
            $0.secret = secret
        }
        #expect(try await Self.verifier(key).verify(byHand, at: Self.start).identity == "alice")
        let ours = try await AccessToken(identity: "bob", expires: Self.start + .seconds(9))
            .signed(by: key, of: Installation.account, from: Self.start)
        #expect(try await Self.verifier(key).verify(ours, at: Self.start).identity == "bob")
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: Int
        var isGuess = false
        var token: String

        init(_ name: String, _ code: Int, guess: Bool = false, _ change: (inout HandMint) -> Void) {
            (testDescription, self.code, isGuess, token) = (name, code, guess, HandMint.with(change))
        }

        init(_ name: String, _ code: Int, raw: String) { (testDescription, self.code, isGuess, token) = (name, code, true, raw) }
    }

    static let unsigned = HandMint.base64(#"{"alg":"none"}"#.utf8) + "." + HandMint.base64(HandMint().payload.utf8) + "."
    static let powerless = APIConfiguration.Key(sid: SID(.apiKey, high: 3, low: 7), secret: "powerless", scopes: [.read, .write])

    static let wrong: [Wrong] = [
        Wrong("alg none without signature", 20102, raw: unsigned),
        Wrong("alg none, signed", 20102, guess: true) { $0.header = #"{"alg":"none"}"# },
        Wrong("RS256 with an HMAC", 20102, guess: true) { $0.header = #"{"alg":"RS256","typ":"JWT"}"# },
        Wrong("HS512 with an HMAC of SHA-256", 20102, guess: true) { $0.header = #"{"alg":"HS512"}"# },
        Wrong("hs256 in small letters", 20102, guess: true) { $0.header = #"{"alg":"hs256"}"# },
        Wrong("no alg", 20102, guess: true) { $0.header = #"{"typ":"JWT"}"# },
        Wrong("another content type", 20102, guess: true) { $0.header = #"{"alg":"HS256","cty":"twilio-ctx;v=1"}"# },
        Wrong("an extension that must be understood", 20102, guess: true) { $0.header = #"{"alg":"HS256","crit":["exp"]}"# },
        Wrong("wrong secret", 20003, guess: true) { $0.secret = "another" },
        Wrong("unknown key", 20003, guess: true) { $0.issuer = "SK" + String(repeating: "9", count: 32) },
        Wrong("the issuer is no key", 20003, guess: true) { $0.issuer = Installation.account.text },
        Wrong("signed with the account's token", 20003, guess: true) { $0.secret = Installation.token },
        Wrong("signature of another key", 20003, guess: true) { $0.secret = powerless.secret },
        Wrong("signature cut off", 20003, raw: HandMint().token.split(separator: ".").prefix(2).joined(separator: ".") + "."),
        Wrong("signature is no Base64", 20003, raw: HandMint().token + "!"),
        Wrong("key without the scope", 20103) {
            $0.issuer = powerless.sid.text
            $0.secret = powerless.secret
        },
        Wrong("another account", 20103) { $0.subject = "AC" + String(repeating: "0", count: 32) },
        Wrong("expired", 20104) { $0.end = "1780000000" },
        Wrong("expired long ago", 20104) { ($0.start, $0.end) = ("1", "2") },
        Wrong("no end", 20104) { $0.end = nil },
        Wrong("not yet", 20105) { $0.start = "1780000062" },
        Wrong("not yet, at the end of time", 20105) { $0.start = "1e300" },
        Wrong("a second longer than a day", 20157) { $0.end = "1780086401" },
        Wrong("until the end of time", 20157) { $0.end = "1e300" },
        Wrong("since the beginning of time", 20157) { $0.start = "-1e300" },
        Wrong("a day that has begun long ago", 20157) { $0.start = "1779917199.5" },
        Wrong("too long from iat", 20157) { ($0.start, $0.more, $0.end) = (nil, #","iat":1780000000"#, "1780086401") },
        Wrong("too long from now", 20157) { ($0.start, $0.end) = (nil, "1780086403") },
        Wrong("no grants", 20106) { $0.grants = nil },
        Wrong("no chat grant", 20106) { $0.grants = #"{"identity":"alice"}"# },
        Wrong("chat grant null", 20106) { $0.grants = #"{"identity":"alice","chat":null}"# },
        Wrong("no identity", 20106) { $0.grants = #"{"chat":{}}"# },
        Wrong("the gateway's own name", 20106) { $0.grants = #"{"identity":"system","chat":{}}"# },
        Wrong("identity empty", 20106) { $0.grants = #"{"identity":"","chat":{}}"# },
        Wrong("identity too long", 20106) { $0.grants = #"{"identity":"\#(String(repeating: "é", count: 257))","chat":{}}"# },
        Wrong("identity with a line end", 20106) { $0.grants = #"{"identity":"a\nb","chat":{}}"# },
        Wrong("identity with a NUL", 20106) { $0.grants = #"{"identity":"a\u0000","chat":{}}"# },
        Wrong("service is none", 20106) { $0.grants = #"{"identity":"alice","chat":{"service_sid":"CH1"}}"# },
        Wrong("identity is a number", 20101, guess: true) { $0.grants = #"{"identity":7,"chat":{}}"# },
        Wrong("end is a text", 20101, guess: true) { $0.end = #""1780003600""# },
        Wrong("end is true", 20101, guess: true) { $0.end = "true" },
        Wrong("end is larger than any number", 20101, guess: true) { $0.end = "1e999" },
        Wrong("header with a number that no Int holds, and no alg", 20102, guess: true) { $0.header = #"{"x":1e300}"# },
        Wrong("header is a list", 20101, guess: true) { $0.header = "[]" },
        Wrong("header nested deeply", 20101, guess: true) {
            $0.header = #"{"alg":"HS256","crit":"# + String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000) + "}"
        },
        Wrong("payload nested deeply", 20101, guess: true) {
            $0.grants = String(repeating: "{\"chat\":", count: 600) + "1" + String(repeating: "}", count: 600)
        },
        Wrong("too long", 20101, guess: true) { $0.more = #","x":"\#(String(repeating: "x", count: 8192))""# },
        Wrong("nothing", 20101, raw: ""), Wrong("a word", 20101, raw: "abc"), Wrong("dots", 20101, raw: ".."),
        Wrong("more dots", 20101, raw: "...."), Wrong("four parts", 20101, raw: HandMint().token + ".x"),
        Wrong("nothing in three parts", 20102, raw: "e30.e30."), Wrong("no UTF-8", 20101, raw: HandMint.base64([0xFF, 0xFE]) + ".e30.e30"),
        Wrong("letters that are none", 20101, raw: "é.🙂.\u{0}"),
    ]

    @Test(arguments: wrong) func refused(_ wrong: Wrong) async throws {
        let now = Self.start + .seconds(1)
        let failure = await #expect(throws: AuthenticationFailure.self) {
            try await Self.verifier(Self.powerless).verify(wrong.token, at: now)
        }
        #expect(failure?.refusal.code == wrong.code)
        #expect(failure?.refusal.status == 401)
        #expect(failure?.isGuess == wrong.isGuess)
    }

    /// The edges of what is good, and what official libraries of other languages leave out or add.
    @Test(arguments: [
        HandMint(), HandMint(header: #"{"alg":"HS256"}"#), HandMint(header: #"{"alg":"HS256","twr":"us1","x":1e300,"kid":"other"}"#),
        HandMint(start: nil, more: #","iat":1780000000"#), HandMint(start: "1780000060.5"), HandMint(end: "1780086400"),
        HandMint(end: "1780000001.5"), HandMint(start: nil, end: "1780086400"),
        HandMint(grants: #"{"identity":"\#(String(repeating: "é", count: 256))","chat":{"endpoint_id":"x"},"video":{"room":"y"}}"#),
        HandMint(grants: #"{"identity":"alice","chat":{"service_sid":null}}"#), HandMint(more: #","scope":[1,{"a":1e300}]"#),
    ])
    func accepted(_ mint: HandMint) async throws {
        _ = try await Self.verifier().verify(mint.token, at: Self.start + .seconds(1))
    }

    @Test(arguments: Transport.allCases)
    func everyPlaceForATokenOpensWhatIsOpenToTokens(over transport: Transport) async throws {
        let installation = try await Installation(keys: [HandMint.key])
        let token = Self.ofLibrary[1]
        try await installation.api(over: transport) { caller in
            let stranger = Caller(client: caller.client, authorization: nil)
            let places: [HTTPFields] = [
                [.authorization: "Bearer \(token)"], [.authorization: "bearer  \(token) "], [.authorization: Caller.basic("token", token)],
                [Self.tokenHeader: token],
            ]
            for headers in places {
                #expect(try await stranger.get("/v1/Conversations", headers).status == 200)
                #expect(try await stranger.post("/v1/Conversations", [:], headers).status == 201)
                #expect(try await stranger.get("/v1/Services/\(installation.service)/Conversations", headers).status == 200)
                try await stranger.get("/v1/Services/\(installation.service)/Media/ME" + String(repeating: "0", count: 32), headers)
                    .expectError(404, 20404)
                for path in ["/admin/v1/queue", "/admin/v1/adapters", "/admin/v1/inbox"] {
                    try await stranger.get(path, headers).expectError(403, 50107, "token may not")
                }
            }
        }
        #expect(!installation.log.text.contains(token.suffix(20)))
    }

    @Test func otherPlacesOpenNothing() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        let token = Self.ofLibrary[1]
        try await installation.api { caller in
            let stranger = Caller(client: caller.client, authorization: nil)
            for query in ["token=\(token)", "access_token=\(token)", "X-Twilio-Token=\(token)", "AuthToken=\(Installation.token)"] {
                try await stranger.get("/v1/Conversations?\(query)").expectError(401, 20003)
            }
            for headers: HTTPFields in [
                [.authorization: token], [.authorization: Caller.basic("tokens", token)], [.cookie: "token=\(token)"],
                [.authorization: Caller.basic("token", Installation.token)], [.authorization: "Token \(token)"],
                // Authorization alone counts where it is given.
                [.authorization: "Basic x", Self.tokenHeader: token],
            ] {
                installation.clock.pass(.seconds(61))
                #expect(try await stranger.get("/v1/Conversations", headers).status == 401)
            }
        }
        #expect(!installation.log.text.contains(token.suffix(20)))
    }

    @Test func aTokenOfAnotherServiceOpensNothing() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        try await installation.api { caller in
            try await caller.get("/v1/Conversations", [.authorization: "Bearer \(Self.ofLibrary[0])"]).expectError(403, 50107, "service")
            let ours = HandMint.with { $0.grants = #"{"identity":"alice","chat":{"service_sid":"\#(installation.service)"}}"# }
            #expect(try await caller.get("/v1/Conversations", [.authorization: "Bearer \(ours)"]).status == 200)
        }
    }

    @Test func aTokenEndsWithItsTime() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        try await installation.api { caller in
            let headers: HTTPFields = [.authorization: "Bearer \(Self.ofLibrary[1])"]
            installation.clock.pass(.seconds(3599))
            #expect(try await caller.get("/v1/Conversations", headers).status == 200)
            installation.clock.pass(.seconds(1))
            let reply = try await caller.get("/v1/Conversations", headers)
            reply.expectError(401, 20104)
            #expect(reply.headers[.wwwAuthenticate]?.contains("Bearer") == true)
        }
    }

    @Test func anAnswerIsRememberedForItsChatUserOnly() async throws {
        let installation = try await Installation(keys: [HandMint.key])
        try await installation.api { caller in
            func post(as identity: String) async throws -> Reply {
                let token = HandMint.with { $0.grants = #"{"identity":"\#(identity)","chat":{}}"# }
                return try await caller.post(
                    "/v1/Conversations", ["FriendlyName": "x"],
                    [.authorization: "Bearer \(token)", HTTPField.Name("Idempotency-Key")!: "one"])
            }
            let first = try await post(as: "alice")
            #expect(try await post(as: "alice").string("sid") == first.string("sid"))
            // Another's key of the same letters is another key.
            let other = try await post(as: "mallory")
            #expect(other.status == 201 && other.string("sid") != first.string("sid"))
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
