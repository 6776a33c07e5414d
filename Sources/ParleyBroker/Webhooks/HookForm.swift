import Foundation
import ParleyCore

/// Turns an entry of the event log into what post-hooks are told of it.
struct HookForm {
    let rules: Rules
    let transaction: any ReadTransaction

    /// Nil for events that no hook stands for, and for those whose content was erased.
    ///
    /// - Throws: ``Unreadable`` when the event's details are not what its kind says.
    func parameters(of event: Event) throws -> (hook: Hook, service: SID?, list: [HookParameter])? {
        guard let hook = HookForm.hook(event.kind), !EventPayload.isErased(event) else { return nil }
        let service = try event.service ?? event.conversation.flatMap { try transaction.service(of: $0) }
        let messaging = service.flatMap(rules.messagingService)
        var form = HookParameters(hook, by: event.origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", service)
        switch event.kind {
        case .conversationAdded, .conversationUpdated, .conversationRemoved:
            let details: EventPayload.ConversationDetails = try HookForm.read(event)
            form.put("ConversationSid", event.conversation)
            form.put(conversation: details, messagingService: messaging)
            if event.kind == .conversationAdded { try put(pairOf: event, into: &form) }
            form.put("DateCreated", details.created)
            form.put("DateUpdated", details.updated)
            if event.kind == .conversationRemoved { form.put("DateRemoved", event.at) }
        case .conversationStateUpdated:
            form.put("ConversationSid", event.conversation)
            form.put(state: try HookForm.read(event), messagingService: messaging, at: event.at)
        case .participantAdded, .participantUpdated, .participantRemoved:
            let details: EventPayload.ParticipantDetails = try HookForm.read(event)
            form.put("ConversationSid", event.conversation)
            form.put("ParticipantSid", event.subject)
            form.put(participant: details)
            form.put("DateCreated", details.created)
            if event.kind != .participantAdded { form.put("DateUpdated", details.updated) }
            if event.kind == .participantUpdated { form.put("LastReadMessageIndex", details.lastReadMessageIndex.map { String($0) }) }
            if event.kind == .participantRemoved { form.put("DateRemoved", event.at) }
        case .messageAdded, .messageUpdated, .messageRemoved:
            put(try HookForm.read(event), event, messaging, into: &form)
        case .deliveryUpdated:
            guard try put(delivery: HookForm.read(event), event, into: &form) else { return nil }
        case .userAdded, .userUpdated:
            put(user: try HookForm.read(event), event, into: &form)
        case .userRemoved, .inboundHeld, .pairPaused, .adapterPaused, .personErased, .consentUpdated:
            return nil
        }
        return (hook, service, form.list)
    }

    /// What a webhook is told of a message that was there before it.
    func replay(_ message: Message, media: [Media], service: SID?) -> [HookParameter] {
        let origin: Origin = message.matchedBy == nil ? .api() : .channel(message.author.contains("@") ? .email : .sms)
        let details = EventPayload.details(message, media: media)
        let event = Event(
            kind: .messageAdded, conversation: message.conversation, subject: message.sid, at: message.created, origin: origin)
        var form = HookParameters(.onMessageAdded, by: origin, account: rules.webhooks.account)
        form.put("ChatServiceSid", service)
        put(details, event, service.flatMap(rules.messagingService), into: &form)
        return form.list
    }

    private func put(_ details: EventPayload.MessageDetails, _ event: Event, _ messaging: SID?, into form: inout HookParameters) {
        form.put("ConversationSid", event.conversation)
        form.put("MessageSid", event.subject)
        if event.kind == .messageAdded { form.put("MessagingServiceSid", messaging) }
        form.put("Index", String(details.index))
        form.put("DateCreated", details.created)
        if event.kind != .messageAdded { form.put("DateUpdated", details.updated) }
        if event.kind == .messageRemoved { form.put("DateRemoved", event.at) }
        form.put(message: details)
    }

    /// A conversation that was made for somebody outside is told of with their pair, as long as they are in it. The pair is looked up: in the
    /// event itself an erasure would not find it.
    private func put(pairOf event: Event, into form: inout HookParameters) throws {
        let pair = try stranger(of: event)?.binding?.pair
        form.put("MessagingBinding.ProxyAddress", pair?.proxy.text)
        form.put("MessagingBinding.Address", pair?.address.text)
    }

    /// The person outside whom a conversation was made for, as long as they are in it.
    func stranger(of event: Event) throws -> Participant? {
        guard event.kind == .conversationAdded, [.sms, .email].contains(event.origin.source), let conversation = event.conversation else {
            return nil
        }
        return try transaction.participants(in: conversation, page: PageRequest(size: 1)).rows.first
    }

    /// False when the receipt shows nothing new.
    private func put(delivery details: EventPayload.DeliveryDetails, _ event: Event, into form: inout HookParameters) throws -> Bool {
        guard let status = details.status, details.shown ?? true, let sid = event.subject else { return false }
        form.put("ConversationSid", event.conversation)
        form.put("MessageSid", details.message)
        form.put("DeliveryReceiptSid", sid)
        let row = try transaction.delivery(sid)
        form.put("ChannelMessageSid", try row.map { ChannelMessage.sid(of: $0, parts: try transaction.parts(of: sid)) })
        form.put("ParticipantSid", details.participant)
        form.put("Status", status)
        form.put("ErrorCode", String(details.errorCode))
        form.put("DateCreated", row?.created)
        form.put("DateUpdated", event.at)
        return true
    }

    private func put(user details: EventPayload.UserDetails, _ event: Event, into form: inout HookParameters) {
        form.put("UserSid", event.subject)
        form.put("DateCreated", details.created)
        form.put("DateUpdated", details.updated)
        form.put("Identity", details.identity)
        form.put("RoleSid", details.role)
        form.put("Attributes", details.attributes)
        form.put("FriendlyName", details.friendlyName)
        guard event.kind == .userUpdated else { return }
        // The contract writes these two in lower case.
        form.put("isOnline", details.isOnline.map { $0 ? "true" : "false" })
        form.put("isNotifiable", details.isNotifiable.map { $0 ? "true" : "false" })
    }

    /// An event whose details cannot be read.
    struct Unreadable: Error {}

    private static func read<Details: Decodable>(_ event: Event) throws -> Details {
        guard let details = try? JSONDecoder().decode(Details.self, from: Data(event.payload.utf8)) else { throw Unreadable() }
        return details
    }

    private static func hook(_ kind: Event.Kind) -> Hook? {
        switch kind {
        case .conversationAdded: .onConversationAdded
        case .conversationUpdated: .onConversationUpdated
        case .conversationRemoved: .onConversationRemoved
        case .conversationStateUpdated: .onConversationStateUpdated
        case .participantAdded: .onParticipantAdded
        case .participantUpdated: .onParticipantUpdated
        case .participantRemoved: .onParticipantRemoved
        case .messageAdded: .onMessageAdded
        case .messageUpdated: .onMessageUpdated
        case .messageRemoved: .onMessageRemoved
        case .deliveryUpdated: .onDeliveryUpdated
        case .userAdded: .onUserAdded
        case .userUpdated: .onUserUpdated
        case .userRemoved, .inboundHeld, .pairPaused, .adapterPaused, .personErased, .consentUpdated: nil
        }
    }
}
