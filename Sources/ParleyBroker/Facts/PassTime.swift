public import ParleyCore

/// Time passed: validities that ended, receipts that did not come, conversations' timers, parts of messages that did not come, users who were deleted, and what was kept for a while are settled.
public struct PassTime: Fact {
    public init() {}

    /// Returns when to look again: at once while there may be more, else the earliest end of a validity or a wait.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> Instant?
    {
        let chunk = 200
        let isClearing = try ClearDeletedServices().apply(to: transaction, under: rules, stamp: stamp, effects: &effects)
        let overdue = try transaction.overdue(at: stamp.now, limit: chunk)
        for delivery in overdue where delivery.validUntil > stamp.now {
            try Settlement.endWait(delivery, transaction, rules, &stamp, &effects)
        }
        let expired = try transaction.expired(at: stamp.now, limit: chunk)
        for delivery in expired { try Settlement.expire(delivery, transaction, rules, stamp, &effects) }
        let unreceipted = try transaction.unreceipted(at: stamp.now, limit: chunk)
        for delivery in unreceipted { try Settlement.endReceiptWait(delivery, transaction, rules, stamp, &effects) }
        let timed = try transaction.timersDue(at: stamp.now, limit: chunk)
        for conversation in timed { try act(conversation, transaction, stamp, &effects) }
        let departed = try Users.depart(limit: chunk, transaction, rules, stamp, &effects)
        let parts = try transaction.pendingParts(due: stamp.now, limit: chunk)
        for pending in parts { try GatheredParts.giveUp(pending, transaction, rules, &stamp, &effects) }
        let swept = try transaction.sweep(at: stamp.now, limit: chunk)
        let forgotten = try transaction.forgetHeld(before: stamp.now - rules.limits.heldTime, limit: chunk)
        if forgotten > 0 { effects.append(.alert("\(forgotten) held inbound items were never decided on and are forgotten")) }
        let most = max(overdue.count, expired.count, unreceipted.count, timed.count, parts.count, swept, forgotten)
        if isClearing || departed > 0 || most >= chunk { return stamp.now }
        return [try transaction.nextSettlement(), try transaction.nextTimer(), try transaction.nextPendingPart()].compactMap(\.self).min()
    }

    /// A timer came: active becomes inactive, and either becomes closed, which frees the pairs (contract: semantics §5).
    private func act(
        _ conversation: Conversation, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws {
        var conversation = conversation
        let before = conversation.state
        let isHidden = try transaction.conversation(conversation.sid) == nil
        if let closing = conversation.closedAt, closing <= stamp.now {
            conversation.state = .closed
            conversation.closedAt = nil
            try transaction.unbindParticipants(of: conversation.sid)
        } else {
            conversation.state = .inactive
        }
        conversation.inactiveAt = nil
        conversation.updated = stamp.now
        try transaction.update(conversation)
        // Its service was deleted, and it is cleared away soon.
        if isHidden { return }
        try StateChange.announce(conversation, from: before, reason: "TIMER", transaction, stamp)
        effects.append(.publish)
    }
}
