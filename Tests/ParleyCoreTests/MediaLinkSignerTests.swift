import ParleyCore
import Testing

/// Links are good for what they were made for, and until their time comes.
@Suite struct MediaLinkSignerTests {
    private let signer = MediaLinkSigner(keys: [Array("new".utf8), Array("old".utf8)])
    private let medium = SID(.media, high: 1, low: 2)
    private let message = SID(.message, high: 1, low: 2)
    private let now = Instant(seconds: 1_780_000_000)

    private func signature(_ path: String) throws -> String {
        String(try #require(path.firstMatch(of: /&signature=([0-9a-f]{64})$/)).1)
    }

    @Test func eachKindHasItsPath() throws {
        let (first, second) = (signer.path(of: medium, expires: now), signer.path(ofMessage: message, expires: now))
        #expect(first.hasPrefix("/media/\(medium)?expires=1780000000&signature="))
        #expect(second.hasPrefix("/messages/\(message)?expires=1780000000&signature="))
    }

    @Test func aSignatureIsOfItsKind() throws {
        let expires = (now + .seconds(60)).seconds
        let ofMedium = try signature(signer.path(of: medium, expires: now + .seconds(60)))
        let ofMessage = try signature(signer.path(ofMessage: message, expires: now + .seconds(60)))
        #expect(signer.verifies(medium, expires: expires, signature: ofMedium, now: now))
        #expect(signer.verifies(message: message, expires: expires, signature: ofMessage, now: now))
        // Even of the same identifier.
        for sid in [medium, message] {
            let media = try signature(signer.path(of: sid, expires: now + .seconds(60)))
            let text = try signature(signer.path(ofMessage: sid, expires: now + .seconds(60)))
            #expect(!signer.verifies(message: sid, expires: expires, signature: media, now: now))
            #expect(!signer.verifies(sid, expires: expires, signature: text, now: now))
        }
    }

    @Test func itEndsAndCannotBeChanged() throws {
        let expires = (now + .seconds(60)).seconds
        let signed = try signature(signer.path(ofMessage: message, expires: now + .seconds(60)))
        #expect(!signer.verifies(message: message, expires: expires, signature: signed, now: now + .seconds(60)))
        #expect(!signer.verifies(message: message, expires: expires + 1, signature: signed, now: now))
        #expect(!signer.verifies(message: SID(.message, high: 1, low: 3), expires: expires, signature: signed, now: now))
        let old = MediaLinkSigner(keys: [Array("old".utf8)])
        let byOld = try signature(old.path(ofMessage: message, expires: now + .seconds(60)))
        #expect(signer.verifies(message: message, expires: expires, signature: byOld, now: now))
        #expect(!old.verifies(message: message, expires: expires, signature: signed, now: now))
    }
}
