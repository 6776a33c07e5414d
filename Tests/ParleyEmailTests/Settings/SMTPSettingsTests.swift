import ParleyCore
import ParleyYAML
import Testing

@testable import ParleyEmail

/// What may stand under `outbound` and `inbound`.
@Suite struct SMTPSettingsTests {
    private static func read(_ yaml: String) throws -> (settings: SMTPSettings?, problems: [String]) {
        let problems = SettingsProblems()
        let reader = try SettingsDocument(text: yaml, file: "parley.yaml", problems: problems).mapping()
        let settings = SMTPSettings(reader)
        reader.finish()
        return (settings, problems.all.map(\.description))
    }

    @Test func readsAll() throws {
        let (settings, problems) = try Self.read(
            """
            outbound: { relay: "smtp://relay.example:587", tls: required, username: u, password: p, authorities: ca.pem }
            inbound:
              listen: 0.0.0.0:25
              protocol: smtp
              hostname: in.example
              size_max: 10 MiB
              connections_max: 20
              idle: 60s
              trusted_networks: [10.0.0.0/8, "2001:db8::/32"]
              trusted_authserv_ids: [mx.example]
            """)
        #expect(problems == [])
        #expect(
            settings?.relay
                == Relay(
                    host: "relay.example", port: 587, security: .required, username: "u", password: "p", authorities: "ca.pem",
                    hello: "in.example"))
        let networks = try [#require(NetworkRange("10.0.0.0/8")), #require(NetworkRange("2001:db8::/32"))]
        #expect(
            settings?.inbound
                == MailListenerConfiguration(
                    host: "0.0.0.0", port: 25, hostname: "in.example", sizeMax: 10 << 20, connectionsMax: 20, idle: .seconds(60),
                    trustedNetworks: networks))
        #expect(settings?.trustedAuthservIDs == ["mx.example"])
    }

    @Test func readsTheLeast() throws {
        let (settings, problems) = try Self.read("outbound: { relay: \"smtp://127.0.0.1:1025\", tls: none }")
        #expect(problems == [])
        #expect(settings?.relay == Relay(host: "127.0.0.1", port: 1025, security: .none))
        #expect(settings?.inbound == nil)
    }

    @Test func takesALoopbackListenerFromAnyone() throws {
        for listen in ["127.0.0.1:2525", "\"[::1]:2525\"", "localhost:0"] {
            let (settings, problems) = try Self.read(
                "outbound: { relay: \"smtp://relay\" }\ninbound: { listen: \(listen), trusted_networks: [], trusted_authserv_ids: [] }")
            #expect(problems == [])
            #expect(settings?.inbound?.trustedNetworks == nil)
        }
    }

    @Test(arguments: [
        ("smtp://relay.example", Relay.Security.required, 25), ("smtps://relay.example", .implicit, 465),
        ("smtps://relay.example:4465", .implicit, 4465),
        ("smtp://relay.example/", .required, 25), ("SMTP://[::1]:26", .required, 26),
    ])
    func readsRelays(_ relay: String, _ security: Relay.Security, _ port: Int) throws {
        let (settings, problems) = try Self.read("outbound: { relay: \"\(relay)\" }")
        #expect(problems == [])
        #expect(settings?.relay.security == security)
        #expect(settings?.relay.port == port)
    }

    @Test(arguments: [
        ("inbound: { listen: 127.0.0.1:25 }", "parley.yaml:1: outbound: is required"),
        ("outbound: {}", "parley.yaml:1: outbound.relay: is required"),
        ("outbound: { relay: relay.example }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"http://relay.example\" }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"smtp://user:hidden@relay.example\" }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"smtp://relay.example:0\" }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"smtp://relay.example:65536\" }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"smtp://relay\\r\\nexample\" }", "outbound.relay: expected smtp://HOST:PORT"),
        ("outbound: { relay: \"smtps://relay\", tls: none }", "outbound.tls: smtps:// is TLS from the first byte"),
        ("outbound: { relay: \"smtp://relay\", tls: off }", "outbound.tls: unknown value `off`"),
        ("outbound: { relay: \"smtp://relay\", username: u }", "outbound.username: username and password go together"),
        ("outbound: { relay: \"smtp://relay\", host: u }", "outbound.host: unknown key"),
        ("inbound: { listen: 0.0.0.0:25 }", "inbound.listen: leaves the loopback"),
        ("inbound: { listen: \"in.example:25\", trusted_networks: [] }", "inbound.listen: leaves the loopback"),
        ("inbound: { listen: 127.0.0.1 }", "inbound.listen: expected ADDRESS:PORT"),
        ("inbound: { listen: 127.0.0.1:99999 }", "inbound.listen: expected ADDRESS:PORT"),
        ("inbound: { protocol: smtp }", "inbound.listen: is required"),
        ("inbound: { listen: 127.0.0.1:25, protocol: lmtp }", "inbound.protocol: lmtp is not supported yet"),
        ("inbound: { listen: 127.0.0.1:25, hostname: \"in example\" }", "inbound.hostname: is not a host's name"),
        ("inbound: { listen: 127.0.0.1:25, size_max: 3 }", "inbound.size_max: expected 64 KiB to 1 GiB"),
        ("inbound: { listen: 127.0.0.1:25, idle: 1ms }", "inbound.idle: expected 1s or more"),
        ("inbound: { listen: 127.0.0.1:25, connections_max: 0 }", "inbound.connections_max: expected a whole number from 1"),
        ("inbound: { listen: 127.0.0.1:25, trusted_networks: [10.0.0.1/8] }", "inbound.trusted_networks: expected addresses or ranges"),
    ])
    func namesWhatIsWrong(_ yaml: String, _ problem: String) throws {
        let (settings, problems) = try Self.read(yaml)
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
        #expect(!problems.contains { $0.contains("hidden") })
        if !problem.contains("unknown key") { #expect(settings == nil) }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("192.168.1.128/25", "192.168.1.127", false), ("192.168.1.128/25", "192.168.1.200", true), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("fe80::/10", "fe80::1%eth0", true), ("127.0.0.1", "", false),
    ])
    func knowsWhoLiesInARange(_ range: String, _ address: String, _ lies: Bool) throws {
        #expect(try #require(NetworkRange(range)).contains(address) == lies)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.1.0.0/8", "example", "10.0.0.0/8/8", "::1/129", "10.0.0",
    ])
    func refusesWhatIsNoRange(_ text: String) { #expect(NetworkRange(text) == nil) }
}
