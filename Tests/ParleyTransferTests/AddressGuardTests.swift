import ParleyCore
import ParleyTransfer
import Testing

@Suite struct AddressGuardTests {
    @Test(
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
            "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::2",
            "::127.0.0.1",
            "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1",
            "2002:7f00:1::1", "2002:a00:1::", "2002:c0a8:101::", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd12:3456::1",
            "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
        ])
    func refuses(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressGuard.refuses(address))
    }

    @Test(
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
            "169.253.1.1",
            "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2001:200::1",
            "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2002:808:808::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "3ffe::1",
        ])
    func lets(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressGuard.refuses(address))
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f000001", ":::", "1::2::3", "127.0.0.1 "])
    func isNoAddress(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        arguments: [
            "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "0", "10.0.0.1",
            "169.254.169.254", "[fe80::1]", "[64:ff9b::7f00:1]",
        ])
    func aStrangersURLDoesNotReachInside(host: String) async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            let request = OutboundRequest(method: "POST", url: "http://\(host):\(script.server.port)/", timeout: .seconds(20))
            let failure = await thrown { _ = try await transfer.send(request, trust: .strangerChosen) }
            #expect(failure?.reason == .forbiddenAddress)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(script.requests.all.isEmpty)
    }

    @Test func aConnectionThatTheOperatorOpenedIsNotLentToAStranger() async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            let request = OutboundRequest(method: "POST", url: script.url)
            _ = try await transfer.send(request, trust: .operatorChosen)
            let failure = await thrown { _ = try await transfer.send(request, trust: .strangerChosen) }
            #expect(failure?.reason == .forbiddenAddress)
        }
        #expect(script.requests.all.count == 1)
    }
}
