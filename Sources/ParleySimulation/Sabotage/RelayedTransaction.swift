import ParleyCore

/// A transaction that passes everything on to another: what planted bugs override.
class RelayedTransaction: WriteTransaction {
    /// The transaction behind it, which no bug has touched.
    let base: any WriteTransaction

    init(_ base: any WriteTransaction) { self.base = base }

    func conversation(_ sid: SID) throws -> Conversation? { try base.conversation(sid) }
    func conversation(uniqueName: String, service: SID) throws -> Conversation? {
        try base.conversation(uniqueName: uniqueName, service: service)
    }
    func conversations(_ filter: ConversationFilter, page: PageRequest) throws -> Page<Conversation> {
        try base.conversations(filter, page: page)
    }
    func consent(_ pair: PairKey) throws -> Consent? { try base.consent(pair) }
    func consents(_ filter: ConsentFilter, page: PageRequest) throws -> Page<Consent> { try base.consents(filter, page: page) }
    func record(_ consent: Consent) throws { try base.record(consent) }
    func timersDue(at now: Instant, limit: Int) throws -> [Conversation] { try base.timersDue(at: now, limit: limit) }
    func boundProxies() throws -> [BoundProxy] { try base.boundProxies() }
    func rehome(_ proxy: BoundProxy, to adapter: String) throws { try base.rehome(proxy, to: adapter) }
    func nextTimer() throws -> Instant? { try base.nextTimer() }
    func participant(_ sid: SID) throws -> Participant? { try base.participant(sid) }
    func participant(_ sid: SID, in conversation: SID) throws -> Participant? { try base.participant(sid, in: conversation) }
    func participant(identity: String, in conversation: SID) throws -> Participant? {
        try base.participant(identity: identity, in: conversation)
    }
    func participant(addressKey: String, in conversation: SID) throws -> Participant? {
        try base.participant(addressKey: addressKey, in: conversation)
    }
    func boundParticipant(_ pair: PairKey) throws -> Participant? { try base.boundParticipant(pair) }
    func participants(in conversation: SID, page: PageRequest) throws -> Page<Participant> {
        try base.participants(in: conversation, page: page)
    }
    func message(_ sid: SID, in conversation: SID) throws -> Message? { try base.message(sid, in: conversation) }
    func message(_ sid: SID) throws -> Message? { try base.message(sid) }
    func messages(in conversation: SID, newestFirst: Bool, page: PageRequest) throws -> Page<Message> {
        try base.messages(in: conversation, newestFirst: newestFirst, page: page)
    }
    func media(_ sid: SID) throws -> Media? { try base.media(sid) }
    func media(of messages: [SID]) throws -> [SID: [Media]] { try base.media(of: messages) }
    func delivery(_ sid: SID) throws -> Delivery? { try base.delivery(sid) }
    func deliveries(of message: SID, page: PageRequest) throws -> Page<Delivery> { try base.deliveries(of: message, page: page) }
    func parts(of delivery: SID) throws -> [DeliveryPart] { try base.parts(of: delivery) }
    func delivery(adapter: String, carrierID: String) throws -> Delivery? { try base.delivery(adapter: adapter, carrierID: carrierID) }
    func queue(_ filter: QueueFilter, page: PageRequest) throws -> Page<Delivery> { try base.queue(filter, page: page) }
    func lane(_ pair: PairKey) throws -> Lane? { try base.lane(pair) }
    func nextLaneDue(adapter: String) throws -> Instant? { try base.nextLaneDue(adapter: adapter) }
    func nextSettlement() throws -> Instant? { try base.nextSettlement() }
    func mailReferences(conversation: SID, participant: SID, limit: Int) throws -> [String] {
        try base.mailReferences(conversation: conversation, participant: participant, limit: limit)
    }
    func inboxItem(adapter: String, dedupeKey: String) throws -> InboxItem? { try base.inboxItem(adapter: adapter, dedupeKey: dedupeKey) }
    func inbox(_ filter: InboxFilter, page: PageRequest) throws -> Page<InboxItem> { try base.inbox(filter, page: page) }
    func keys(_ purpose: InstallationKey.Purpose) throws -> [InstallationKey] { try base.keys(purpose) }
    func adapterPauses() throws -> [AdapterPause] { try base.adapterPauses() }
    func events(after position: Int64, limit: Int) throws -> [Event] { try base.events(after: position, limit: limit) }
    func idempotentAnswer(_ key: String) throws -> IdempotentAnswer? { try base.idempotentAnswer(key) }
    func latestTime() throws -> Instant? { try base.latestTime() }
    func insert(_ conversation: Conversation) throws { try base.insert(conversation) }
    func update(_ conversation: Conversation) throws { try base.update(conversation) }
    func delete(_ conversation: SID, at: Instant) throws { try base.delete(conversation, at: at) }
    func allotIndex(in conversation: SID, at: Instant) throws -> Int { try base.allotIndex(in: conversation, at: at) }
    func insert(_ participant: Participant) throws { try base.insert(participant) }
    func update(_ participant: Participant) throws { try base.update(participant) }
    func remove(_ participant: Participant, at: Instant) throws { try base.remove(participant, at: at) }
    func unbindParticipants(of conversation: SID) throws { try base.unbindParticipants(of: conversation) }
    func insert(_ message: Message) throws { try base.insert(message) }
    func update(_ message: Message) throws { try base.update(message) }
    func delete(_ message: Message, at: Instant) throws { try base.delete(message, at: at) }
    func insert(_ media: Media) throws { try base.insert(media) }
    func attach(_ media: [SID], to message: SID) throws -> Bool { try base.attach(media, to: message) }
    func fanOut(_ message: Message, except: FanOutExclusion, rules: FanOutRules) throws -> Set<String> {
        try base.fanOut(message, except: except, rules: rules)
    }
    func update(_ delivery: Delivery) throws { try base.update(delivery) }
    func count(_ message: SID, from: Delivery.Status?, to: Delivery.Status?) throws { try base.count(message, from: from, to: to) }
    func record(_ part: DeliveryPart, adapter: String) throws { try base.record(part, adapter: adapter) }
    func cancellable(_ scope: CancellationScope, limit: Int) throws -> [Delivery] { try base.cancellable(scope, limit: limit) }
    func leaseLanes(adapter: String, now: Instant, until: Instant, limit: Int, owed: Bool) throws -> [Delivery] {
        try base.leaseLanes(adapter: adapter, now: now, until: until, limit: limit, owed: owed)
    }
    func advance(_ lane: PairKey, order: LaneOrder) throws { try base.advance(lane, order: order) }
    func pause(_ lane: PairKey, adapter: String, until: Instant?, reason: String?) throws {
        try base.pause(lane, adapter: adapter, until: until, reason: reason)
    }
    func owe(_ lane: PairKey, adapter: String) throws { try base.owe(lane, adapter: adapter) }
    func unreceipted(at now: Instant, limit: Int) throws -> [Delivery] { try base.unreceipted(at: now, limit: limit) }
    func expired(at now: Instant, limit: Int) throws -> [Delivery] { try base.expired(at: now, limit: limit) }
    func overdue(at now: Instant, limit: Int) throws -> [Delivery] { try base.overdue(at: now, limit: limit) }
    func interrupted(limit: Int) throws -> [Delivery] { try base.interrupted(limit: limit) }
    func insert(_ item: NewInboxItem) throws -> InboxItem? { try base.insert(item) }
    func update(_ item: InboxItem) throws { try base.update(item) }
    func hasInbox(adapter: String, contentDigest: String, since: Instant) throws -> Bool {
        try base.hasInbox(adapter: adapter, contentDigest: contentDigest, since: since)
    }
    func park(_ receipt: ParkedReceipt, countMax: Int) throws { try base.park(receipt, countMax: countMax) }
    func claimParked(adapter: String, carrierIDs: [String]) throws -> [ParkedReceipt] {
        try base.claimParked(adapter: adapter, carrierIDs: carrierIDs)
    }
    func sweep(at now: Instant, limit: Int) throws -> Int { try base.sweep(at: now, limit: limit) }
    func recordMailID(_ id: String, conversation: SID, participant: SID, message: SID, ours: Bool, at: Instant) throws {
        try base.recordMailID(id, conversation: conversation, participant: participant, message: message, ours: ours, at: at)
    }
    func countInbound(_ pair: PairKey, window: Duration, at: Instant) throws -> Int { try base.countInbound(pair, window: window, at: at) }
    @discardableResult func append(_ event: Event) throws -> Int64 { try base.append(event) }
    func insert(_ key: InstallationKey) throws { try base.insert(key) }
    func pauseAdapter(_ pause: AdapterPause) throws { try base.pauseAdapter(pause) }
    func resumeAdapter(_ name: String) throws { try base.resumeAdapter(name) }
    func remember(_ answer: IdempotentAnswer) throws { try base.remember(answer) }
}
