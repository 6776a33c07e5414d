import ParleyCore

/// Rows made of imported lines, within the limits of this gateway.
extension ImportedConversation {
    func row(sid: SID, service: SID, _ rules: Rules) throws -> Conversation {
        let limits = rules.limits
        if let uniqueName, SID(uniqueName, .conversation) != nil { throw Refusal.uniqueNameLikeSID }
        let mailbox = emailAddress.flatMap { $0.isEmpty ? nil : $0 }
        if let mailbox, (try? Address(mailbox))?.channel != .email {
            throw Refusal.invalid("bindings.email.projected_address", "expected a mail address")
        }
        return try Conversation(
            sid: sid, service: service, state: state == .initializing ? .active : state,
            uniqueName: uniqueName.flatMap { $0.isEmpty ? nil : try limits.name($0, "unique_name") },
            friendlyName: friendlyName.map { try limits.name($0, "friendly_name") },
            attributes: limits.attributes(attributes, bytes: limits.conversationAttributesBytes), messagingService: messagingService,
            created: created, updated: updated,
            inactiveTimer: inactiveTimer.flatMap {
                try ISODuration.timer($0, "timers.inactive", shortest: .seconds(60), otherwise: .inactiveTimerTooShort)
            },
            closedTimer: closedTimer.flatMap {
                try ISODuration.timer($0, "timers.closed", shortest: .seconds(600), otherwise: .closedTimerTooShort)
            },
            emailBindingName: emailName.flatMap { $0.isEmpty ? nil : try limits.name($0, "bindings.email.name") },
            emailBindingAddress: mailbox.map { try limits.name($0, "bindings.email.projected_address") },
            createdBy: limits.name(createdBy, "created_by"))
    }
}

extension ImportedParticipant {
    func row(sid: SID, in conversation: SID, _ rules: Rules, binds: Bool) throws -> Participant {
        let limits = rules.limits
        var binding: Participant.Binding?
        if let pair {
            let owner = rules.directory.owner(of: pair.proxy)
            if binds {
                guard owner != nil else { throw Refusal.proxyNotServed }
                guard rules.directory.owner(of: pair.address) == nil else { throw Refusal.addressIsOurs }
            }
            // Nothing is sent to somebody who holds no pair, so that the name of an adapter that is not here does no harm.
            binding = Participant.Binding(pair: pair, adapter: owner?.name ?? "")
        } else if identity == nil {
            throw Refusal.identityMissing
        }
        return try Participant(
            sid: sid, conversation: conversation, identity: identity.map { try limits.name($0, "identity") }, binding: binding,
            role: role, attributes: limits.attributes(attributes, bytes: limits.attributesBytes), created: created, updated: updated,
            lastReadIndex: lastReadIndex, lastReadAt: lastReadAt, notificationLevel: notificationLevel)
    }
}

extension ImportedMessage {
    func row(sid: SID, in conversation: SID, participant: SID?, _ rules: Rules) throws -> Message {
        let limits = rules.limits
        return try Message(
            sid: sid, conversation: conversation, index: index, author: limits.author(author), participant: participant,
            body: body.map(limits.body), subject: subject.map { try limits.name($0, "subject") },
            attributes: limits.attributes(attributes, bytes: limits.attributesBytes), created: created, updated: updated)
    }
}
