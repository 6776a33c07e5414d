import Foundation
import ParleyCore

/// The parameters of a hook, in the contract's names and order (contract: semantics §8). What has no value is left out.
struct HookParameters {
    private(set) var list: [HookParameter] = []

    /// What every hook is told. `Source` is an open word: the contract names API and SDK, people outside come as SMS and EMAIL, timers and receipts as
    /// GATEWAY.
    init(_ hook: Hook, by origin: Origin, account: SID) {
        put("AccountSid", account.text)
        put("EventType", hook.rawValue)
        put("Source", origin.source.rawValue)
        put(WebhookContent.clientIdentity, origin.identity)
    }

    mutating func put(_ name: String, _ value: String?) {
        if let value { list.append(HookParameter(name, value)) }
    }

    mutating func put(_ name: String, _ sid: SID?) { put(name, sid?.text) }

    mutating func put(_ name: String, _ date: Instant?) { put(name, date.map(HookParameters.date)) }

    /// With milliseconds, unlike dates in answers: `2021-08-10T18:00:58.111Z`.
    static func date(_ instant: Instant) -> String {
        let fraction = String(instant.milliseconds - instant.seconds * 1000)
        let whole = Date(timeIntervalSince1970: Double(instant.seconds)).formatted(.iso8601)
        return "\(whole.dropLast()).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)Z"
    }
}

extension HookParameters {
    mutating func put(conversation details: EventPayload.ConversationDetails, messagingService: SID?) {
        put("FriendlyName", details.friendlyName)
        put("UniqueName", details.uniqueName)
        put("Attributes", details.attributes)
        put("MessagingServiceSid", details.messagingService ?? messagingService?.text)
        put("State", details.state)
    }

    mutating func put(state details: EventPayload.StateDetails, messagingService: SID?, at: Instant) {
        put("MessagingServiceSid", details.messagingService ?? messagingService?.text)
        put("StateUpdated", at)
        put("StateFrom", details.from)
        put("StateTo", details.to)
        put("Reason", details.reason)
    }

    /// Of the identity and the pair of addresses, exactly one is there.
    mutating func put(participant details: EventPayload.ParticipantDetails) {
        put("Identity", details.identity)
        put("RoleSid", details.role)
        put("Attributes", details.attributes)
        put("MessagingBinding.ProxyAddress", details.proxyAddress)
        put("MessagingBinding.Address", details.address)
        // In capitals here, in lower case in answers (contract: semantics §3).
        put("MessagingBinding.Type", details.channel?.uppercased() ?? (details.identity == nil ? nil : "CHAT"))
    }

    /// `Body` is missing, not empty, when there is only media.
    mutating func put(message details: EventPayload.MessageDetails) {
        put("Body", details.body.flatMap { $0.isEmpty ? nil : $0 })
        put("Author", details.author)
        put("ParticipantSid", details.participant)
        put("Attributes", details.attributes)
        put("Media", HookParameters.media(details.media))
    }

    /// A JSON array whose objects have capitalised names.
    static func media(_ media: [EventPayload.MediaDetails]) -> String? {
        guard !media.isEmpty else { return nil }
        return EventPayload.json(media.map { Medium(Sid: $0.sid, ContentType: $0.contentType, Filename: $0.filename, Size: $0.size) })
    }

    /// The same of media that are no message's yet, and have no identifiers.
    static func media(_ media: [PreparedInbound.Kept]) -> String? {
        guard !media.isEmpty else { return nil }
        return EventPayload.json(media.map { Medium(ContentType: $0.contentType, Filename: $0.filename, Size: $0.size) })
    }

    private struct Medium: Encodable {
        // The names are the contract's.
        var Sid: String?
        var ContentType: String
        var Filename: String?
        var Size: Int
    }
}
