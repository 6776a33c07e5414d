import ParleyCore

/// Where inbound messages of strangers go.
extension RelayedTransaction {
    func inboxItem(_ id: Int64) throws -> InboxItem? { try base.inboxItem(id) }
    func keptInbound(of item: Int64) throws -> PreparedInbound? { try base.keptInbound(of: item) }
    func keep(_ fact: PreparedInbound?, of item: Int64) throws { try base.keep(fact, of: item) }
    func pendingMedia(of item: Int64) throws -> PendingMedia? { try base.pendingMedia(of: item) }
    func pendingMedia(due now: Instant, limit: Int) throws -> [PendingMedia] { try base.pendingMedia(due: now, limit: limit) }
    func nextPendingMedia(after now: Instant) throws -> Instant? { try base.nextPendingMedia(after: now) }
    func pendingParts(adapter: String, pair: PairKey, reference: String, total: Int) throws -> [PendingPart] {
        try base.pendingParts(adapter: adapter, pair: pair, reference: reference, total: total)
    }
    func pendingParts(due now: Instant, limit: Int) throws -> [PendingPart] { try base.pendingParts(due: now, limit: limit) }
    func nextPendingPart() throws -> Instant? { try base.nextPendingPart() }
    func incompleteMessages(adapter: String, pair: PairKey) throws -> [PendingPart] {
        try base.incompleteMessages(adapter: adapter, pair: pair)
    }
    func inboxItem(saying item: InboxItem, since: Instant) throws -> InboxItem? { try base.inboxItem(saying: item, since: since) }
    func put(_ pending: PendingMedia) throws { try base.put(pending) }
    func insert(_ pending: PendingPart) throws { try base.insert(pending) }
    @discardableResult func forgetPendingPart(of item: Int64) throws -> Bool { try base.forgetPendingPart(of: item) }
    @discardableResult func forgetPendingMedia(of item: Int64) throws -> Bool { try base.forgetPendingMedia(of: item) }
    func add(_ media: [MediaKey], toInbox item: Int64) throws { try base.add(media, toInbox: item) }
    func forgetHeld(before: Instant, limit: Int) throws -> Int { try base.forgetHeld(before: before, limit: limit) }
    func addressConfiguration(_ sid: SID) throws -> AddressConfiguration? { try base.addressConfiguration(sid) }
    func addressConfiguration(key: String, kind: AddressConfiguration.Kind?) throws -> AddressConfiguration? {
        try base.addressConfiguration(key: key, kind: kind)
    }
    func addressConfigurations(kind: AddressConfiguration.Kind?, page: PageRequest) throws -> Page<AddressConfiguration> {
        try base.addressConfigurations(kind: kind, page: page)
    }
    func insert(_ configuration: AddressConfiguration) throws { try base.insert(configuration) }
    func update(_ configuration: AddressConfiguration) throws { try base.update(configuration) }
    func delete(addressConfiguration sid: SID) throws { try base.delete(addressConfiguration: sid) }
    func countAutoCreated(adapter: String, window: Duration, at: Instant) throws -> Int {
        try base.countAutoCreated(adapter: adapter, window: window, at: at)
    }
}
