import Foundation
import Synchronization

/// Events about conversations, and about being in them.
extension ClientCore {
    /// One has got into a conversation.
    func takeOwnJoining(_ event: FeedEvent, _ sid: String) async {
        let wasAway = known(sid)?.record.withLock { $0.details.position < event.position } ?? false
        // What changed while one was not in it was not told. When it cannot be read it was left in the meantime, which is told by the
        // events to come.
        if wasAway, let conversation = known(sid) { _ = await read { try await self.refresh(conversation) } }
        guard let conversation = await conversation(sid) else { return }
        let membership = event.resource.membership
        let reasons: Set<ConversationUpdate.Reason> = conversation.record.withLock { record in
            record.lossTold = false
            let own = record.membership.take(eventAt: event.position) { _ in membership }
            let reasons = own.former.map(own.said.reasons(since:)) ?? []
            return wasAway ? reasons.union(record.settle()) : reasons
        }
        if conversation.status == .joined { model.withLock { $0.conversations.keep(conversation) } }
        events.conversationAdded.tell(conversation)
        events.conversationJoined.tell(conversation)
        tell(conversation, reasons)
    }

    /// One is no longer in a conversation, or it is no longer there.
    func takeLoss(_ event: FeedEvent, _ sid: String) async {
        let conversation = known(sid) ?? unseen(sid, event)
        tellLoss(of: conversation, at: event.position)
    }

    func tellLoss(of conversation: Conversation, at position: Int64) {
        let (isNews, isOut) = conversation.record.withLock { record in
            let own = record.membership.take(eventAt: position) { _ in .none }
            defer { record.lossTold = true }
            if own.now.status == .notParticipating { record.isFresh = false }
            return (!record.lossTold, own.now.status == .notParticipating)
        }
        if isOut {
            typingBook.forget(conversation.sid)
            model.withLock { $0.conversations.release(conversation) }
        }
        guard isNews else { return }
        events.conversationLeft.tell(conversation)
        events.conversationRemoved.tell(conversation)
        events.removed.tell(conversation)
    }

    /// A conversation that nobody asked for before it was lost: it can no longer be read, so it has what the event says.
    private func unseen(_ sid: String, _ event: FeedEvent) -> Conversation {
        let details =
            event.resource.conversationDetails
            ?? ConversationDetails(
                uniqueName: nil, friendlyName: nil, attributes: [:], createdBy: "", dateCreated: event.at, dateUpdated: event.at,
                state: .active)
        return adopt(ConversationView(sid: sid, details: details, membership: .unread), at: event.position - 1)
    }

    /// What is the same for everybody changed.
    func takeDetails(_ event: FeedEvent, _ conversation: Conversation) async {
        let isState = event.kind == "conversationStateUpdated"
        var whole = isState || event.resource.isErased ? nil : event.resource.conversationDetails
        if whole != nil, event.resource["created_by"] == nil { whole?.createdBy = conversation.createdBy }
        // The event says only a part, or nothing; when the rest cannot be read that must do.
        let now = whole == nil ? await read { try await self.refresh(conversation).details } : nil
        guard !isPast(event, in: conversation) else { return }
        let (said, state) = (whole ?? (isState ? nil : now), event.resource["state_to"]?.stringValue.flatMap(Conversation.State.init))
        let taken = conversation.record.withLock { record in
            record.details.take(eventAt: event.position) { former in
                var details = said ?? former
                if let state { details.state = state }
                return details
            }
        }
        guard event.kind != "conversationAdded" else { return }
        tell(conversation, taken.former.map(taken.said.reasons(since:)) ?? (isState ? [.state] : ConversationDetails.updatable))
    }

    func tell(_ conversation: Conversation, _ reasons: Set<ConversationUpdate.Reason>) {
        guard !reasons.isEmpty else { return }
        events.conversationUpdated.tell(ConversationUpdate(conversation: conversation, updateReasons: reasons))
    }
}
