import Foundation
import Testing

@testable import ParleyClient

@Suite struct BackoffTests {
    @Test(arguments: [1, 2, 3, 99] as [UInt64]) func waitsGrowWithinTheRange(seed: UInt64) {
        var backoff = Backoff(.milliseconds(100) ... .seconds(15), seed: seed)
        for failure in 1...100 {
            let ceiling = min(15.0, 0.1 * pow(2, Double(min(failure, 30))))
            let wait = backoff.next() / .seconds(1)
            #expect((0.1...ceiling).contains(wait))
        }
        backoff.reset()
        #expect(backoff.next() <= .milliseconds(200))
    }

    @Test func aSeedDeterminesTheWaits() {
        var one = Backoff(.milliseconds(100) ... .seconds(15), seed: 5)
        var other = Backoff(.milliseconds(100) ... .seconds(15), seed: 5)
        var third = Backoff(.milliseconds(100) ... .seconds(15), seed: 6)
        let waits = (0..<20).map { _ in one.next() }
        #expect(waits == (0..<20).map { _ in other.next() })
        #expect(waits != (0..<20).map { _ in third.next() })
    }

    @Test(arguments: [.zero ... .zero, .seconds(-5) ... .zero, .seconds(20) ... .seconds(20)] as [ClosedRange<Duration>])
    func anOddRangeIsNoHarm(range: ClosedRange<Duration>) {
        var backoff = Backoff(range, seed: 1)
        for _ in 0..<50 { #expect(backoff.next() >= .milliseconds(1)) }
    }
}

@Suite struct RealtimeTargetTests {
    @Test(
        arguments: [
            ("http://chat.example", "chat.example", 80, "/v1/realtime", "chat.example", "chat.example"),
            ("https://chat.example/", "chat.example", 443, "/v1/realtime", "chat.example", "chat.example"),
            (
                "HTTPS://chat.example:8443/a%20b/c//?q=1#f", "chat.example", 8443, "/a%20b/c/v1/realtime", "chat.example:8443",
                "chat.example"
            ),
            ("http://[::1]:8080/x", "::1", 8080, "/x/v1/realtime", "[::1]:8080", nil),
            ("https://192.0.2.7", "192.0.2.7", 443, "/v1/realtime", "192.0.2.7", nil),
        ] as [(String, String, Int, String, String, String?)])
    func isMadeOfTheAPIsAddress(text: String, host: String, port: Int, path: String, field: String, name: String?) throws {
        let url = try #require(URL(string: text))
        let target = try #require(RealtimeTarget(api: url))
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.path == path)
        #expect(target.hostField == field)
        #expect(target.serverName == name)
        #expect(target.isSecure == text.lowercased().hasPrefix("https"))
    }

    @Test(arguments: ["ftp://chat.example", "chat.example", "http:///x", "http://chat.example:0", "ws://chat.example"])
    func anythingElseIsNone(text: String) throws {
        #expect(RealtimeTarget(api: try #require(URL(string: text))) == nil)
    }
}
