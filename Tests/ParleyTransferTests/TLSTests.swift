import ParleyCore
import ParleyTransfer
import Testing

@Suite(.enabled(if: TLSPeer.isAvailable, "SKIPPED: openssl and python3 are needed to speak TLS with somebody"))
struct TLSTests {
    @Test(arguments: [(TLSPeer.Mode.starttls, Relay.Security.required), (.implicit, .implicit), (.starttls, .opportunistic)])
    func aMailGoesOverTLSWithATrustedAuthority(mode: TLSPeer.Mode, security: Relay.Security) async throws {
        let peer = try TLSPeer(mode)
        let relay = Relay(
            host: "localhost", port: peer.port, security: security, username: "user", password: "secret", authorities: peer.certificate)
        let replies = try await withTransfer { transfer in
            _ = try await transfer.submit(.sample(), to: relay)
            return try await transfer.submit(.sample(), to: relay)
        }
        #expect(replies.map(\.queueID) == ["TLS1"])
        let told = try peer.finish()
        #expect(told.filter { $0.hasPrefix("tls MAIL FROM:<a@x.test>") }.count == 2)
        #expect(told.contains("tls AUTH PLAIN AHVzZXIAc2VjcmV0"))
        #expect(told.filter { $0.hasPrefix("plain") } == (mode == .starttls ? ["plain EHLO localhost", "plain STARTTLS"] : []))
    }

    @Test(arguments: [(TLSPeer.Mode.starttls, Relay.Security.required), (.implicit, .implicit)])
    func aStrangeCertificateIsRefusedBeforeAnythingIsSent(mode: TLSPeer.Mode, security: Relay.Security) async throws {
        let peer = try TLSPeer(mode)
        try await withTransfer { transfer in
            let relay = Relay(host: "localhost", port: peer.port, security: security, username: "user", password: "secret")
            let failure = await thrown { _ = try await transfer.submit(.sample(), to: relay) }
            #expect(failure?.reason == .tls)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(try peer.finish().allSatisfy { $0.hasPrefix("plain EHLO") || $0 == "plain STARTTLS" })
    }

    @Test func opportunisticTLSTakesAnyCertificate() async throws {
        let peer = try TLSPeer(.starttls)
        let relay = Relay(host: "localhost", port: peer.port, security: .opportunistic)
        let replies = try await withTransfer { try await $0.submit(.sample(), to: relay) }
        #expect(replies.map(\.code) == [250])
        #expect(try peer.finish().contains("tls MAIL FROM:<a@x.test>"))
    }

    @Test(arguments: [true, false])
    func httpsTrustsTheConfiguredAuthorities(trusted: Bool) async throws {
        let peer = try TLSPeer(.https)
        try await withTransfer(TransferConfiguration(authorities: trusted ? peer.certificate : nil)) { transfer in
            let request = OutboundRequest(method: "POST", url: "https://localhost:\(peer.port)/")
            let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
            #expect(failure?.reason == (trusted ? nil : .tls))
            #expect(failure?.mayHaveLeft == (trusted ? nil : false))
        }
        #expect(try peer.finish() == (trusted ? ["tls request"] : []))
    }
}
