import ParleyCore

/// Who takes part in every simulation, and over which addresses.
enum Cast {
    static let chatters = ["alice", "bob", "carol"]
    static let phones = ["+15557000001", "+15557000002", "+15557000003", "+15557000004"]
    static let mailboxes = ["ann@example.org", "ben.b@example.net", "cleo+news@example.org", "dan@example.com"]
    static let smsProxies = ["+15550100001", "+15550100002", "+15550100003"]
    static let mailProxies = ["team@in.example", "help@in.example"]

    static func adapters(_ dice: inout Dice) throws(AddressProblem) -> [AdapterProfile] {
        [
            try profile("sms", .sms, ["+15550100001", "+15550100002"], &dice), try profile("text", .sms, ["+15550100003"], &dice),
            try profile("mail", .email, ["*@in.example"], &dice),
        ]
    }

    /// The adapter that serves one of our addresses.
    static func adapter(of proxy: String) -> String { proxy.contains("@") ? "mail" : proxy == smsProxies[2] ? "text" : "sms" }

    /// The same address as somebody else would write it.
    static func variant(_ address: String, _ dice: inout Dice) -> String {
        guard dice.permille(200) else { return address }
        if address.contains("@") { return address.prefix(1).uppercased() + address.dropFirst() }
        return "\(address.prefix(2)) \(address.dropFirst(2))"
    }

    private static func profile(
        _ name: String, _ channel: Channel, _ addresses: [String], _ dice: inout Dice
    ) throws(AddressProblem) -> AdapterProfile {
        var patterns: [AddressPattern] = []
        for address in addresses { patterns.append(try AddressPattern(address)) }
        return AdapterProfile(
            name: name, type: "simulated", channel: channel, addresses: patterns, concurrency: dice.pick([1, 2, 8]) ?? 1,
            unknownSender: dice.pick([.hold, .hold, .hold, .reject, .autocreate]) ?? .hold,
            whenUnknown: dice.permille(600) ? .retry : .hold,
            loopGuard: dice.pick([nil, AdapterProfile.LoopGuard(count: 3, window: .seconds(60)), .init(count: 20, window: .seconds(60))])
                ?? nil,
            capabilities: Capabilities(receipts: channel == .sms))
    }
}
