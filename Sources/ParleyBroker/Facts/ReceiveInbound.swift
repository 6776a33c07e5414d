public import ParleyCore

/// People outside said something. Each fact gets one inbox row and one verdict; all are committed together.
public struct ReceiveInbound: Fact {
    public var adapter: String
    public var items: [PreparedInbound]

    public init(adapter: String, items: [PreparedInbound]) {
        self.adapter = adapter
        self.items = items
    }

    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> [InboundVerdict] {
        // Whoever hands it over, it is the person outside who acts.
        var acting = stamp.by(.channel(rules.channel(of: adapter)))
        let verdicts = try items.map { item in
            try Arrival(adapter: adapter, item: item, rules: rules).settle(transaction, &acting, &effects)
        }
        stamp.identifiers = acting.identifiers
        return verdicts
    }
}

extension Rules {
    /// The channel of an adapter; of one that the settings do not know any more, the first.
    func channel(of adapter: String) -> Channel { directory.profile(adapter)?.channel ?? .sms }
}

/// Where an inbound address leads, before anything of the message is known.
enum ProxyRoute: Sendable, Hashable {
    case served(adapter: String, proxy: Address, token: SID?)
    case forged
    case unknown

    /// Takes a reply token off (`local+token@domain`) when it is ours; a text that has a token's form and is not ours is a forgery.
    /// Separators that mail systems are known to write in place of the plus are taken too.
    init(_ text: String, rules: Rules) {
        guard let address = try? Address(text) else {
            self = .unknown
            return
        }
        if address.channel == .email, let (bare, token) = MailSigner.parts(of: address) {
            if let owner = rules.directory.owner(of: bare), let sid = rules.installation.mail.participant(ofToken: token, proxy: bare) {
                self = .served(adapter: owner.name, proxy: bare, token: sid)
            } else {
                self = .forged
            }
            return
        }
        if let owner = rules.directory.owner(of: address) {
            self = .served(adapter: owner.name, proxy: address, token: nil)
        } else {
            self = .unknown
        }
    }

    var proxy: Address? {
        if case .served(_, let proxy, _) = self { proxy } else { nil }
    }
}
