import Synchronization

/// After events were missed: what applications hold is read again, and told where it changed.
extension ClientCore {
    /// Pages of one's conversations that are read: as many as the most that somebody can be in, and more.
    private static let pagesMax = 20

    func readAgain(missedUpTo position: Int64) async {
        model.withLock { model in
            model.participants.forget(upTo: position)
            model.messages.forget(upTo: position)
        }
        await readConversationsAgain(missedUpTo: position)
        for user in model.withLock({ $0.users }) {
            guard (try? await refresh(user)) != nil else { continue }
            let reasons = user.record.withLock { record in record.settle().map { record.value.reasons(since: $0) } }
            tell(user, reasons ?? [])
        }
        events.resynced.tell(Resynced())
    }

    private func readConversationsAgain(missedUpTo position: Int64) async {
        let before = model.withLock { $0.conversations.allKept }
        guard !before.isEmpty else { return }
        var found: Set<String> = []
        var query: [(String, String)]? = []
        var pages = 0
        while let page = query, pages < ClientCore.pagesMax {
            // When the gateway cannot be asked, applications are told by `resynced` all the same.
            guard let (views, at, meta) = try? await views(page: page) else { return }
            pages += 1
            query = PageLink.query(meta?["next_page_url"])
            for view in views {
                found.insert(view.sid)
                if let conversation = known(view.sid) { tellChanges(of: conversation, view, at: at) }
            }
        }
        guard query == nil else { return }
        for conversation in before where !found.contains(conversation.sid) { tellLoss(of: conversation, at: position) }
    }

    private func tellChanges(of conversation: Conversation, _ view: ConversationView, at position: Int64) {
        _ = adopt(view, at: position)
        // Whoever is in it may lose it again.
        conversation.record.withLock { record in
            if record.membership.value.status == .joined { record.lossTold = false }
        }
        tell(conversation, conversation.record.withLock { $0.settle() })
    }
}
