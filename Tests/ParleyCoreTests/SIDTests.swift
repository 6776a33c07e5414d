import ParleyCore
import Testing

/// Identifiers: a prefix of two capitals and 32 hexadecimal digits.
@Suite struct SIDTests {
    @Test func roundTrips() throws {
        var stream = IdentifierStream(seed: 1)
        for kind in SID.Kind.allCases {
            let sid = stream.sid(kind)
            #expect(SID(sid.text) == sid)
            #expect(SID(sid.text, kind) == sid)
            #expect(SID(kind.rawValue + sid.digits.uppercased()) == sid)
            #expect(sid.kind == kind)
        }
    }

    @Test(arguments: [
        "", "CH", "CH0123456789abcdef0123456789abcde", "CH0123456789abcdef0123456789abcdeff", "ch0123456789abcdef0123456789abcdef",
        "CH0123456789abcdeg0123456789abcdef", "CHé123456789abcdef0123456789abcde",
    ])
    func refused(text: String) { #expect(SID(text) == nil) }

    @Test func anotherKindIsRefused() { #expect(SID("CH0123456789abcdef0123456789abcdef", .message) == nil) }

    @Test func streamsAreReproducible() {
        var (one, other) = (IdentifierStream(seed: 5), IdentifierStream(seed: 5))
        #expect((0..<100).map { _ in one.next() } == (0..<100).map { _ in other.next() })
    }
}
