import Foundation
import ParleyCore

/// The details of events, as JSON with sorted keys.
enum EventPayload {
    static func conversation(_ conversation: Conversation) -> String {
        json(
            Conversational(state: conversation.state.rawValue, uniqueName: conversation.uniqueName, friendlyName: conversation.friendlyName)
        )
    }

    static func state(from: Conversation.State, to: Conversation.State, reason: String) -> String {
        json(["from": from.rawValue, "to": to.rawValue, "reason": reason])
    }

    static func participant(_ participant: Participant) -> String {
        json(
            Person(
                identity: participant.identity, address: participant.binding?.pair.address.text,
                proxyAddress: participant.binding?.pair.proxy.text, lastReadMessageIndex: participant.lastReadIndex))
    }

    static func message(_ message: Message) -> String {
        json(Said(index: message.index, author: message.author, participant: message.participant?.text))
    }

    static func delivery(_ delivery: Delivery) -> String {
        json(
            Delivered(
                message: delivery.message.text, participant: delivery.participant.text, phase: delivery.phase.rawValue,
                status: delivery.status?.rawValue, errorCode: delivery.errorCode, attempt: delivery.attempt))
    }

    static func adapter(_ name: String, _ reason: String) -> String { json(["adapter": name, "reason": reason]) }

    static func inbox(_ item: InboxItem) -> String { json(Held(inbox: item.id, adapter: item.adapter, reason: item.reason)) }

    private struct Conversational: Encodable { var state: String, uniqueName: String?, friendlyName: String? }
    private struct Person: Encodable { var identity: String?, address: String?, proxyAddress: String?, lastReadMessageIndex: Int? }
    private struct Said: Encodable { var index: Int, author: String, participant: String? }
    private struct Held: Encodable { var inbox: Int64, adapter: String, reason: String? }
    private struct Delivered: Encodable {
        var message: String, participant: String, phase: String, status: String?, errorCode: Int, attempt: Int
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every value above is made of strings and integers, which always encode.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
