import ParleyCore

/// Search, import and erasure, passed on.
extension RelayedTransaction {
    func messages(matching search: MessageSearch, page: PageRequest) throws -> Page<Message> {
        try base.messages(matching: search, page: page)
    }
}
