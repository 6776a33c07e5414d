import ParleyCore

/// A transaction with one planted bug.
final class SabotagedTransaction: RelayedTransaction {
    private let bug: Sabotage

    init(_ base: any WriteTransaction, _ bug: Sabotage) {
        self.bug = bug
        super.init(base)
    }

    override func inboxItem(adapter: String, dedupeKey: String) throws -> InboxItem? {
        bug == .ignoresDedupeKey ? nil : try super.inboxItem(adapter: adapter, dedupeKey: dedupeKey)
    }

    override func insert(_ item: NewInboxItem) throws -> InboxItem? {
        var item = item
        if bug == .ignoresDedupeKey {
            var copy = 0
            let key = item.dedupeKey
            while try base.inboxItem(adapter: item.adapter, dedupeKey: item.dedupeKey) != nil {
                copy += 1
                item.dedupeKey = "\(key)#\(copy)"
            }
        }
        return try super.insert(item)
    }

    override func expired(at now: Instant, limit: Int) throws -> [Delivery] {
        bug == .neverExpires ? [] : try super.expired(at: now, limit: limit)
    }

    // Nobody is woken for it either, or time would stand still at the end that never comes.
    override func nextSettlement() throws -> Instant? { bug == .neverExpires ? nil : try super.nextSettlement() }

    override func fanOut(_ message: Message, except: FanOutExclusion, rules: FanOutRules) throws -> Set<String> {
        var except = except
        if bug == .includesAuthor { except = FanOutExclusion() }
        if bug == .forgetsRecipient {
            let people = try base.participants(in: message.conversation, page: PageRequest(size: 100)).rows
            if let key = people.last(where: { $0.binding != nil })?.binding?.pair.address.key { except.addressKeys.insert(key) }
        }
        return try super.fanOut(message, except: except, rules: rules)
    }

    override func count(_ message: SID, from: Delivery.Status?, to: Delivery.Status?) throws {
        if bug == .miscounts, to == .delivered { return }
        try super.count(message, from: from, to: to)
    }

    override func delivery(_ sid: SID) throws -> Delivery? { seen(try super.delivery(sid)) }

    override func delivery(adapter: String, carrierID: String) throws -> Delivery? {
        seen(try super.delivery(adapter: adapter, carrierID: carrierID))
    }

    private func seen(_ delivery: Delivery?) -> Delivery? {
        guard bug == .movesStatusBack, var delivery, delivery.status == .delivered || delivery.status == .read else { return delivery }
        delivery.status = .sent
        return delivery
    }

    override func claimParked(adapter: String, carrierIDs: [String]) throws -> [ParkedReceipt] {
        let claimed = try super.claimParked(adapter: adapter, carrierIDs: carrierIDs)
        return bug == .losesParkedReceipts ? [] : claimed
    }

    override func leaseLanes(adapter: String, now: Instant, until: Instant, limit: Int, owed: Bool) throws -> [Delivery] {
        let heads = try super.leaseLanes(adapter: adapter, now: now, until: until, limit: limit, owed: owed)
        if bug == .leasesTwice { for head in heads { try base.advance(head.lane, order: .firstAttempts) } }
        return heads
    }

    override func advance(_ lane: PairKey, order: LaneOrder) throws {
        try super.advance(lane, order: bug == .overtakesStrictLane ? .firstAttempts : order)
    }

    override func allotIndex(in conversation: SID, at: Instant) throws -> Int {
        let index = try super.allotIndex(in: conversation, at: at)
        return bug == .skipsIndex && index % 5 == 4 ? try super.allotIndex(in: conversation, at: at) : index
    }

    override func update(_ delivery: Delivery) throws {
        var delivery = delivery
        if bug == .hidesPossibleDuplicate { delivery.flags.remove(.possibleDuplicate) }
        if bug == .leaksBody, delivery.errorText != nil, let body = try base.message(delivery.message)?.body {
            delivery.errorText = "refused: \(body)"
        }
        try super.update(delivery)
    }

    override func cancellable(_ scope: CancellationScope, limit: Int) throws -> [Delivery] {
        bug == .cancelsNothing ? [] : try super.cancellable(scope, limit: limit)
    }

    override func boundParticipant(_ pair: PairKey) throws -> Participant? {
        bug == .bindsPairTwice ? nil : try super.boundParticipant(pair)
    }

    override func insert(_ participant: Participant) throws {
        var participant = participant
        if bug == .bindsPairTwice, let pair = participant.binding?.pair.key, try base.boundParticipant(pair) != nil {
            participant.isBound = false
        }
        try super.insert(participant)
    }
}

/// A store whose transactions have a planted bug.
struct SabotagedStore: ConversationStore {
    let base: any ConversationStore
    let bug: Sabotage

    func write<R: Sendable>(_ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R) async throws -> R {
        try await base.write(stamp) { [bug] transaction, stamp in try body(SabotagedTransaction(transaction, bug), &stamp) }
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R { try await base.read(body) }
}
