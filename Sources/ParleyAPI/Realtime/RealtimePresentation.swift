import NIOCore
import ParleyBroker
import ParleyCore

/// Writes entries of the event log as the realtime feed tells them: once for everybody, and where it differs once more for the user whom the event
/// is about.
struct RealtimePresentation {
    /// The frame for everybody.
    let shared: ByteBuffer
    /// The user who gets another frame, and that one.
    let own: (identity: String, frame: ByteBuffer)?

    init(_ event: Event) throws {
        let resource = EventResource(event)
        let members = try resource.members()
        shared = RealtimePresentation.frame(event, members)
        own = resource.own.map { ($0.identity, RealtimePresentation.frame(event, members + $0.members)) }
    }

    func frame(for identity: String) -> ByteBuffer { own?.identity == identity ? own?.frame ?? shared : shared }

    private static func frame(_ event: Event, _ resource: [JSON.Member]) -> ByteBuffer {
        RealtimeFrame.text([
            "type": "event", "position": .integer(Int(event.position)), "event": .string(event.kind.rawValue),
            "at": .string(WireDate.precise(event.at)), "conversation": JSON(event.conversation), "subject": JSON(event.subject),
            "resource": .object(resource),
        ])
    }
}

/// An event whose details are not what its kind says.
struct UnreadableEvent: Error {}

/// What an event is about, with the names and forms that REST gives it.
private struct EventResource {
    typealias Member = JSON.Member

    let event: Event
    private let isErased: Bool

    init(_ event: Event) {
        self.event = event
        isErased = EventPayload.isErased(event)
    }

    func members() throws -> [Member] {
        try resource() + (isErased ? [Member("erased", .bool(true))] : [])
    }

    /// What only the user is told whom the event is about.
    var own: (identity: String, members: [Member])? {
        guard let details = EventPayload.participant(of: event), let identity = details.identity, !isErased else { return nil }
        return (identity, [Member("notification_level", JSON(details.notificationLevel))])
    }

    private func resource() throws -> [Member] {
        switch event.kind {
        case .conversationAdded, .conversationUpdated, .conversationRemoved: conversation(try read(EventPayload.conversation))
        case .conversationStateUpdated: state(try read(EventPayload.state))
        case .participantAdded, .participantUpdated, .participantRemoved: participant(try read(EventPayload.participant))
        case .messageAdded, .messageUpdated, .messageRemoved: message(try read(EventPayload.message))
        case .deliveryUpdated: delivery(try read(EventPayload.delivery))
        case .userUpdated: user(try read(EventPayload.user))
        case .userAdded, .userRemoved, .inboundHeld, .pairPaused, .adapterPaused, .personErased, .consentUpdated: []
        }
    }

    /// The event's details; nil when they were erased as a whole.
    private func read<Details>(_ details: (Event) -> Details?) throws(UnreadableEvent) -> Details? {
        guard let details = details(event) else {
            guard isErased else { throw UnreadableEvent() }
            return nil
        }
        return details
    }

    private func conversation(_ details: EventPayload.ConversationDetails?) -> [Member] {
        [
            Member("sid", JSON(event.conversation)), Member("unique_name", JSON(details?.uniqueName)),
            Member("friendly_name", JSON(details?.friendlyName)), Member("attributes", JSON(details?.attributes)),
            Member("state", JSON(details?.state)), Member("created_by", JSON(details?.createdBy)),
        ] + dates(details?.created, details?.updated)
    }

    private func state(_ details: EventPayload.StateDetails?) -> [Member] {
        [
            Member("state_from", JSON(details?.from)), Member("state_to", JSON(details?.to)), Member("reason", JSON(details?.reason)),
        ]
    }

    private func participant(_ details: EventPayload.ParticipantDetails?) -> [Member] {
        [
            Member("sid", JSON(event.subject)), Member("conversation_sid", JSON(event.conversation)),
            Member("identity", JSON(details?.identity)), Member("attributes", JSON(details?.attributes)),
            Member("role_sid", JSON(details?.role)), Member("messaging_binding", details.map(binding) ?? .null),
            Member("last_read_message_index", JSON(details?.lastReadMessageIndex)),
            Member("last_read_timestamp", date(details?.lastReadAt)),
        ] + dates(details?.created, details?.updated) + (details?.identityChanged == true ? [Member("identity_changed", .bool(true))] : [])
    }

    private func binding(_ details: EventPayload.ParticipantDetails) -> JSON {
        guard details.address != nil || details.proxyAddress != nil else { return .null }
        return [
            "type": JSON(details.channel), "address": JSON(details.address), "proxy_address": JSON(details.proxyAddress),
        ]
    }

    private func message(_ details: EventPayload.MessageDetails?) -> [Member] {
        [
            Member("sid", JSON(event.subject)), Member("conversation_sid", JSON(event.conversation)),
            Member("index", JSON(details?.index)), Member("author", JSON(details?.author)),
            Member("participant_sid", JSON(details?.participant)), Member("body", JSON(details?.body)),
            Member("subject", JSON(details?.subject)), Member("attributes", JSON(details?.attributes)),
            Member("media", media(details?.media ?? [])),
            Member("delivery", details?.delivery.map(Presentation.delivery) ?? .null),
        ] + dates(details?.created, details?.updated)
    }

    private func media(_ media: [EventPayload.MediaDetails]) -> JSON {
        guard !media.isEmpty else { return .null }
        return .array(
            media.map {
                [
                    "sid": .string($0.sid), "size": .integer($0.size), "content_type": .string($0.contentType),
                    "filename": JSON($0.filename),
                ]
            })
    }

    private func delivery(_ details: EventPayload.DeliveryDetails?) -> [Member] {
        [
            Member("sid", JSON(event.subject)), Member("message_sid", JSON(details?.message)),
            Member("participant_sid", JSON(details?.participant)), Member("status", JSON(details?.status)),
            Member("error_code", JSON(details?.errorCode)),
            Member("delivery", details?.aggregate.map(Presentation.delivery) ?? .null),
        ]
    }

    private func user(_ details: EventPayload.UserDetails?) -> [Member] {
        [
            Member("sid", JSON(event.subject)), Member("identity", JSON(details?.identity)),
            Member("friendly_name", JSON(details?.friendlyName)), Member("attributes", JSON(details?.attributes)),
            Member("role_sid", JSON(details?.role)), Member("is_online", details?.isOnline.map(JSON.bool) ?? .null),
            Member("is_notifiable", details?.isNotifiable.map(JSON.bool) ?? .null),
        ] + dates(details?.created, details?.updated)
    }

    private func dates(_ created: Instant?, _ updated: Instant?) -> [Member] {
        [Member("date_created", date(created)), Member("date_updated", date(updated))]
    }

    private func date(_ instant: Instant?) -> JSON { instant.map { .string(WireDate.text($0)) } ?? .null }
}
