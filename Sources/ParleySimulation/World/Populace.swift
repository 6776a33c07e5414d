import ParleyBroker
import ParleyCore

/// The people outside, and the servers that speak for them: each event is sent again until it is acknowledged, and sometimes once more.
final class Populace {
    private let world: World
    private let daemon: Daemon
    private var dice: Dice
    private var count = 0

    init(world: World, daemon: Daemon, dice: inout Dice) {
        self.world = world
        self.daemon = daemon
        self.dice = dice.split()
    }

    /// A phone sends a text.
    func text() {
        let proxy = dice.pick(Cast.smsProxies) ?? ""
        let sender = dice.pick(Cast.phones) ?? ""
        let label = label()
        let identity = dice.permille(850) ? "provider-\(label)" : nil
        say(label, Cast.adapter(of: proxy), [fact(label, proxy, Cast.variant(sender, &dice), identity)])
    }

    /// A mailbox sends a mail, sometimes to two of our addresses at once, sometimes as an answer.
    func mail() {
        let sender = dice.pick(Cast.mailboxes) ?? ""
        let label = label()
        let id = "\(label)@example.org"
        var recipients = [dice.pick(Cast.mailProxies) ?? ""]
        if dice.permille(300) { recipients = Cast.mailProxies }
        if dice.permille(300),
            let answered = world.ledger.attempts.last(where: { $0.dispatch.pair.address.text == sender && $0.adapter == "mail" })
        {
            recipients = [answered.dispatch.payload.replyTo ?? recipients[0]]
        }
        let identity = dice.permille(900) ? id : nil
        say(label, "mail", recipients.map { fact(label, $0, Cast.variant(sender, &dice), identity, messageID: identity) })
    }

    /// A mail or a text that must not become a message, or not without a person's decision.
    func odd() {
        let label = label()
        let sender = dice.pick(Cast.mailboxes) ?? ""
        var odd = fact(label, Cast.mailProxies[0], sender, "\(label)@example.org", messageID: "\(label)@example.org")
        switch dice.below(7) {
        case 0: odd.messageID = world.ledger.attempts.last { $0.adapter == "mail" }?.dispatch.payload.messageID
        case 1: odd.hops = [daemon.rules?.installation.gatewayID ?? ""]
        case 2: odd.automatic = "auto_submitted"
        case 3: odd.sender = "help@in.example"
        case 4: odd.sender = "stranger\(dice.below(3))@example.org"
        case 5: odd.proxy = "team+\(String(repeating: "a", count: MailSigner.tokenLength))@in.example"
        default: odd.proxy = "nobody@elsewhere.example"
        }
        guard odd.hops != [""], odd.messageID != nil else { return }
        say(label, "mail", [odd])
    }

    /// Something that was sent before is sent again, as it was.
    func again() {
        guard !world.ledger.inbound.isEmpty else { return }
        deliver(max(0, world.ledger.inbound.count - 1 - dice.below(8)), 1)
    }

    /// Something else is sent under an identity that was used before.
    func otherContent() {
        guard let earlier = dice.pick(world.ledger.inbound.suffix(8)), earlier.sameIdentityAs == nil, earlier.facts[0].identity != nil
        else { return }
        let label = label()
        let facts = earlier.facts.map { fact -> InboundFact in
            var other = fact
            other.text = "\(label) confidential"
            other.raw = Array("raw \(label)".utf8)
            return other
        }
        say(label, earlier.adapter, facts, sameIdentityAs: earlier.label)
    }

    // MARK: - Delivering

    private func label() -> String {
        count += 1
        return "i\(count)"
    }

    private func fact(_ label: String, _ proxy: String, _ sender: String, _ identity: String?, messageID: String? = nil) -> InboundFact {
        InboundFact(
            proxy: proxy, sender: sender, identity: identity, text: "\(label) confidential", raw: Array("raw \(label)".utf8),
            messageID: messageID)
    }

    private func say(_ label: String, _ adapter: String, _ facts: [InboundFact], sameIdentityAs: String? = nil) {
        world.ledger.inbound.append(
            Ledger.Inbound(
                label: label, adapter: adapter, facts: facts, sameIdentityAs: sameIdentityAs, verdicts: facts.map { _ in [] }))
        let place = world.ledger.inbound.count - 1
        let repeats = dice.permille(100) ? 2 : 1
        for _ in 0..<repeats { deliver(place, 1) }
    }

    private func deliver(_ place: Int, _ number: Int) {
        world.later(number == 1 ? dice.duration(0, 5000) : dice.duration(500, 20000)) { [self] in
            let event = world.ledger.inbound[place]
            world.ledger.inbound[place].deliveries += 1
            let facts = event.facts
            let to = facts.map { "\($0.sender)>\($0.proxy)" }.joined(separator: " ")
            world.note("inbound \(event.label) \(to)")
            do {
                let items = facts.map { PreparedInbound(fact: $0) }
                if event.adapter == "mail" {
                    let verdicts = try await daemon.perform(ReceiveInbound(adapter: "mail", items: items))
                    for (recipient, verdict) in verdicts.enumerated() { world.ledger.inbound[place].verdicts[recipient].append(verdict) }
                    world.note("inbound \(event.label): \(verdicts.map(Self.word))")
                } else {
                    try await daemon.perform(ReceiveCallback(adapter: event.adapter, facts: items.map { .message($0) }, raw: facts[0].raw))
                }
                world.ledger.inbound[place].acknowledgements += 1
            } catch {
                deliver(place, number + 1)
            }
        }
    }

    private static func word(_ verdict: InboundVerdict) -> String {
        switch verdict {
        case .appended(_, let message): "appended \(message.short)"
        case .repeated(_, let message): "repeated \(message?.short ?? "-")"
        case .held(let reason): "held \(reason)"
        case .ignored(let reason): "ignored \(reason)"
        case .rejected(let reason): "rejected \(reason)"
        }
    }
}
