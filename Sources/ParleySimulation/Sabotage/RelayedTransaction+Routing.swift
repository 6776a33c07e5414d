import ParleyCore

/// Where inbound messages of strangers go.
extension RelayedTransaction {
    func inboxItem(_ id: Int64) throws -> InboxItem? { try base.inboxItem(id) }
    func keptInbound(of item: Int64) throws -> PreparedInbound? { try base.keptInbound(of: item) }
    func keep(_ fact: PreparedInbound?, of item: Int64) throws { try base.keep(fact, of: item) }
    func pendingMedia(of item: Int64) throws -> PendingMedia? { try base.pendingMedia(of: item) }
    func pendingMedia(due now: Instant, limit: Int) throws -> [PendingMedia] { try base.pendingMedia(due: now, limit: limit) }
    func nextPendingMedia(after now: Instant) throws -> Instant? { try base.nextPendingMedia(after: now) }
    func put(_ pending: PendingMedia) throws { try base.put(pending) }
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
