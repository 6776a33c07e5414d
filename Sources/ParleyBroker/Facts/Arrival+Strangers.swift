import ParleyCore

/// What happens to somebody whom no conversation knows.
enum StrangerRule: Sendable, Hashable {
    case hold
    case reject
    /// A conversation is made for them.
    case create(AddressConfiguration.AutoCreation)

    /// The configuration of exactly this address decides first, then the adapter's settings. Auto creation that is enabled wins over what is said
    /// beside it.
    init(_ proxy: Address, adapter: String, _ transaction: any ReadTransaction, _ rules: Rules) throws {
        let configuration = try transaction.addressConfiguration(key: proxy.key, kind: .init(proxy.channel))
        if let creation = configuration?.autoCreation, creation.isEnabled {
            self = .create(creation)
            return
        }
        switch configuration?.unknownSender ?? rules.directory.profile(adapter)?.unknownSender ?? .hold {
        case .hold: self = .hold
        case .reject: self = .reject
        case .autocreate: self = .create(AddressConfiguration.AutoCreation(isEnabled: true))
        }
    }
}

extension Arrival {
    /// The verdict on a message that no conversation takes as things stand.
    func welcome(
        _ pair: Pair, _ flags: Set<Message.Flag>, _ counting: Counting, asks: Bool, _ transaction: any WriteTransaction,
        _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        switch try StrangerRule(pair.proxy, adapter: adapter, transaction, rules) {
        case .hold: return .held(reason: "unknown_pair")
        case .reject: return .rejected(reason: "unknown_pair")
        case .create(let creation):
            let service = creation.service ?? rules.installation.service
            guard try transaction.service(service) != nil else { return .held(reason: "service_gone") }
            // A flood of invented senders must not fill the installation with conversations.
            if counting != .unguarded,
                try transaction.countAutoCreated(adapter: adapter, window: .seconds(60), at: stamp.now)
                    > rules.limits.autoCreatedPerMinute
            {
                return .held(reason: "autocreate_limit")
            }
            if asks, try isAsked(.onConversationAdd, of: service, transaction) { return Arrival.waitsForPrehook }
            return try create(creation, in: service, pair, flags, transaction, &stamp, &effects)
        }
    }

    /// Makes the conversation, binds the pair, and appends the message: conversationAdded, participantAdded, messageAdded, in this order (contract:
    /// semantics §4). Its webhook stands before the last two, so it is told of both.
    private func create(
        _ creation: AddressConfiguration.AutoCreation, in service: SID, _ pair: Pair, _ flags: Set<Message.Flag>,
        _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws -> InboundVerdict {
        let made = try CreateConversation(newConversation, in: service).apply(
            to: transaction, under: rules, stamp: &stamp, effects: &effects)
        if let webhook = webhook(creation, of: made.sid, &stamp) { _ = try transaction.insert(webhook) }
        let participant = try AddParticipant(
            to: ConversationName(made.sid, in: service), address: pair.address.text, proxyAddress: pair.proxy.text
        ).apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
        let conversation = try transaction.conversation(made.sid) ?? made
        // The hook was asked about the conversation; the message is not its to change.
        var arrival = self
        arrival.changes = HookChanges()
        return try arrival.append(participant, conversation, .pair, flags, transaction, &stamp, &effects)
    }

    private func webhook(_ creation: AddressConfiguration.AutoCreation, of conversation: SID, _ stamp: inout Stamp) -> ScopedWebhook? {
        switch creation.kind {
        case .default: nil
        case .webhook:
            ScopedWebhook(
                sid: stamp.identifiers.sid(.scopedWebhook), conversation: conversation, target: .webhook, url: creation.webhookURL,
                method: creation.webhookMethod, filters: creation.webhookFilters, created: stamp.now, updated: stamp.now)
        case .studio:
            ScopedWebhook(
                sid: stamp.identifiers.sid(.scopedWebhook), conversation: conversation, target: .studio, flow: creation.flow,
                created: stamp.now, updated: stamp.now)
        }
    }
}
