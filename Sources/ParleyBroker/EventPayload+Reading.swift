import Foundation
public import ParleyCore

/// The details of events, read again. Each is nil for an event of another kind, and where the payload cannot be read, as that of a user whose data
/// was erased.
extension EventPayload {
    public static func conversation(of event: Event) -> ConversationDetails? {
        read(event, [.conversationAdded, .conversationUpdated, .conversationRemoved])
    }

    public static func state(of event: Event) -> StateDetails? { read(event, [.conversationStateUpdated]) }

    public static func participant(of event: Event) -> ParticipantDetails? {
        read(event, [.participantAdded, .participantUpdated, .participantRemoved])
    }

    public static func message(of event: Event) -> MessageDetails? { read(event, [.messageAdded, .messageUpdated, .messageRemoved]) }

    public static func delivery(of event: Event) -> DeliveryDetails? { read(event, [.deliveryUpdated]) }

    public static func user(of event: Event) -> UserDetails? { read(event, [.userAdded, .userUpdated, .userRemoved]) }

    private static func read<Details: Decodable>(_ event: Event, _ kinds: Set<Event.Kind>) -> Details? {
        guard kinds.contains(event.kind) else { return nil }
        return try? JSONDecoder().decode(Details.self, from: Data(event.payload.utf8))
    }
}
