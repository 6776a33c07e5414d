import ParleyCore
import Testing

/// Which way a message goes by the settings alone, and which adapter's it is.
@Suite struct MessageRouteTests {
    /// A token's form: 26 and 13 letters of base32.
    static let token = String(repeating: "a", count: 39)

    static func directory() throws -> AdapterDirectory {
        AdapterDirectory(
            try [
                ("wide", ["+1*"], Channel.sms), ("bulk", ["+1555*", "BANK"], .sms), ("carrier", ["+15551230001", "12345"], .sms),
                ("mail", ["*@in.example"], .email), ("desk", ["desk@in.example"], .email),
            ].map { name, addresses, channel in
                AdapterProfile(name: name, type: "mock", channel: channel, addresses: try addresses.map { try AddressPattern($0) })
            })
    }

    static let routes: [(String, String, String, [String])] = [
        ("+49 170 1234567", "+15551230001", "inbound by carrier", ["carrier +15551230001", "bulk +1555*", "wide +1*"]),
        ("+15551230001", "+491701234567", "outbound by carrier", ["carrier +15551230001", "bulk +1555*", "wide +1*"]),
        ("+491701234567", "+1 (555) 123-0002", "inbound by bulk", ["bulk +1555*", "wide +1*"]),
        ("bank", "+491701234567", "outbound by bulk", ["bulk BANK"]), ("12345", "+491701234567", "outbound by carrier", ["carrier 12345"]),
        ("bob@home.example", "Desk@in.example", "inbound by desk", ["desk desk@in.example", "mail *@in.example"]),
        ("sales@in.example", "bob@home.example", "outbound by mail", ["mail *@in.example"]),
        ("bob@home.example", "desk+\(token)@in.example", "inbound by desk", ["desk desk@in.example", "mail *@in.example"]),
        ("bob@home.example", "desk+tag@in.example", "inbound by mail", ["mail *@in.example"]),
    ]

    @Test(arguments: routes)
    func found(from: String, to: String, way: String, claims: [String]) throws {
        let route = try MessageRoute(from: Address(from), to: Address(to), in: Self.directory())
        #expect("\(route.direction.rawValue) by \(route.adapter.name)" == way)
        #expect(route.claims.map { "\($0.adapter) \($0.pattern)" } == claims)
        #expect(route.isOfOneChannel)
        let (ours, theirs) = route.direction == .inbound ? (to, from) : (from, to)
        let pair = Pair(proxy: try Address(ours.replacing("+\(Self.token)", with: "")), address: try Address(theirs))
        #expect(route.pair == pair)
    }

    @Test(arguments: [
        ("+15551230001", "+15551230002", MessageRoute.Problem.bothOurs(from: "carrier", to: "bulk")),
        ("+15551230001", "desk@in.example", .bothOurs(from: "carrier", to: "desk")),
        ("+491701234567", "+491701234568", .neitherOurs), ("bob@home.example", "+491701234567", .neitherOurs),
    ])
    func noRoute(from: String, to: String, problem: MessageRoute.Problem) {
        #expect(throws: problem) { try MessageRoute(from: Address(from), to: Address(to), in: Self.directory()) }
    }

    @Test(arguments: [
        ("+15551230001", "first", ["first +1555*", "second +15551230001", "other +1*"]),
        ("+15559990000", "first", ["first +1555*", "other +1*"]),
        ("+16660000000", "other", ["other +1*"]),
    ])
    func inARouteTheOrderOfItsAdaptersDecides(address: String, owner: String, claims: [String]) throws {
        let profiles = try [("second", "+15551230001"), ("first", "+1555*"), ("other", "+1*")].map { name, pattern in
            AdapterProfile(name: name, type: "mock", channel: .sms, addresses: [try AddressPattern(pattern)])
        }
        let directory = AdapterDirectory(profiles, routes: [AdapterRoute(name: "sms", adapters: ["first", "second"])])
        let ours = try Address(address)
        #expect(directory.owner(of: ours)?.name == owner)
        #expect(directory.claims(on: ours).map { "\($0.adapter) \($0.pattern)" } == claims)
        let pair = Pair(proxy: ours, address: try Address("+491701234567")).key
        #expect(directory.next(after: "first", for: pair)?.name == (claims.count == 3 ? "second" : nil))
    }

    @Test(arguments: [
        ("+15551230001", "+1 555 123 0001", true), ("+15551230001", "+15551230002", false), ("+1555*", "+15551230001", true),
        ("+15551230001", "+1556*", false), ("+1555*", "+1*", true), ("+1555*", "+1556*", false), ("*@a.example", "desk@a.example", true),
        ("*@a.example", "desk*@a.example", true), ("*@a.example", "*@b.example", false),
    ])
    func patternsOverlap(one: String, other: String, expected: Bool) throws {
        let (one, other) = (try AddressPattern(one), try AddressPattern(other))
        #expect(one.overlaps(other) == expected && other.overlaps(one) == expected)
    }

    @Test func nothingGoesBetweenChannels() throws {
        let route = try MessageRoute(from: Address("+15551230001"), to: Address("bob@home.example"), in: Self.directory())
        #expect(route.direction == .outbound && !route.isOfOneChannel)
    }
}
