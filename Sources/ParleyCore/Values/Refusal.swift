/// A command that was understood and not carried out. It becomes the contract's error body (contract: semantics §2).
///
/// The message names the parameter and what was expected; it never repeats a value that somebody sent, but for identifiers.
public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The contract's error code.
    public let code: Int
    /// The HTTP status it is answered with.
    public let status: Int
    public let message: String

    public init(code: Int, status: Int, message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    public var description: String { "\(status)/\(code): \(message)" }
}

extension Refusal {
    /// 404/20404. `path` is the resource's path without `/v1`, as the contract has it.
    public static func notFound(_ path: String) -> Refusal {
        Refusal(code: 20404, status: 404, message: "The requested resource \(path) was not found")
    }

    /// 400/20001, a parameter that is missing, of the wrong type or out of range.
    public static func invalid(_ parameter: String, _ expectation: String) -> Refusal {
        Refusal(code: 20001, status: 400, message: "Invalid parameter \(parameter): \(expectation)")
    }

    /// 400/20001, a parameter that the operation cannot do without.
    public static func missing(_ parameter: String) -> Refusal {
        Refusal(code: 20001, status: 400, message: "Missing required parameter \(parameter)")
    }

    /// 409/50416. Programs read the conversation's identifier out of this sentence, so its wording is the contract's.
    public static func pairBound(in conversation: SID) -> Refusal {
        Refusal(
            code: 50416, status: 409,
            message: "A binding for this participant and proxy address already exists in Conversation \(conversation)")
    }

    public static let identityTaken = Refusal(code: 50433, status: 409, message: "Participant already exists")

    public static let uniqueNameTaken = Refusal(
        code: 50353, status: 409, message: "Conversation with provided unique name already exists (parameter UniqueName)")

    public static let uniqueNameLikeSID = Refusal(
        code: 50390, status: 400, message: "Invalid parameter UniqueName: must not have the form of a conversation SID")

    public static let conversationClosed = Refusal(code: 50377, status: 400, message: "Conversation is closed and cannot be changed")

    public static let createdClosed = Refusal(
        code: 50384, status: 400, message: "Invalid parameter State: a conversation cannot be created closed; expected active or inactive")

    public static func invalidState(_ expectation: String) -> Refusal {
        Refusal(code: 50378, status: 400, message: "Invalid parameter State: \(expectation)")
    }

    public static let emptyState = Refusal(code: 50374, status: 400, message: "Invalid parameter State: cannot be empty")

    public static func address(_ problem: AddressProblem) -> Refusal {
        Refusal(code: 50407, status: 400, message: "Invalid parameter MessagingBinding.Address: \(problem)")
    }

    public static func proxyAddress(_ problem: AddressProblem) -> Refusal {
        Refusal(code: 50408, status: 400, message: "Invalid parameter MessagingBinding.ProxyAddress: \(problem)")
    }

    public static let addressIsProxy = Refusal(
        code: 50409, status: 400, message: "Invalid parameter MessagingBinding.Address: equals MessagingBinding.ProxyAddress")

    public static let addressIsOurs = Refusal(
        code: 50407, status: 400,
        message: "Invalid parameter MessagingBinding.Address: is served by this gateway and cannot be a participant's")

    public static let addressMissing = Refusal(
        code: 50411, status: 400,
        message: "Invalid parameter MessagingBinding.Address: is missing; it goes with MessagingBinding.ProxyAddress")

    public static let proxyAddressMissing = Refusal(
        code: 50412, status: 400,
        message: "Invalid parameter MessagingBinding.ProxyAddress: is missing; it goes with MessagingBinding.Address")

    public static let proxyNotServed = Refusal(
        code: 50413, status: 403, message: "Invalid parameter MessagingBinding.ProxyAddress: is served by no adapter of this gateway")

    public static let kindsDiffer = Refusal(
        code: 50414, status: 400, message: "MessagingBinding.Address and MessagingBinding.ProxyAddress must be of one kind")

    public static let identityOnNonChat = Refusal(
        code: 50211, status: 400, message: "Invalid parameter Identity: cannot be set together with MessagingBinding.Address")

    public static let identityMissing = Refusal(
        code: 50204, status: 400,
        message: "Identity not provided: expected Identity, or MessagingBinding.Address and MessagingBinding.ProxyAddress")

    /// 400/50441, an address that a participant gets when they are added or never.
    public static func notUpdatable(_ parameter: String) -> Refusal {
        Refusal(code: 50441, status: 400, message: "Invalid parameter \(parameter): this participant cannot take one")
    }

    public static func participantsLimit(_ limit: Int) -> Refusal {
        Refusal(code: 50417, status: 403, message: "Participants limit reached: a conversation has at most \(limit)")
    }

    public static func nonChatLimit(_ limit: Int) -> Refusal {
        Refusal(code: 50418, status: 403, message: "Non-chat participants limit reached: a conversation has at most \(limit)")
    }

    public static func attributesTooLong(_ limit: Int) -> Refusal {
        Refusal(code: 50303, status: 400, message: "Invalid parameter Attributes: longer than \(limit) bytes")
    }

    public static let attributesNotJSON = Refusal(code: 50304, status: 400, message: "Invalid parameter Attributes: expected valid JSON")

    public static func bodyTooLong(_ limit: Int) -> Refusal {
        Refusal(code: 50504, status: 400, message: "Invalid parameter Body: longer than \(limit) bytes")
    }

    public static let bodyMissing = Refusal(code: 50503, status: 400, message: "Missing parameter: expected Body or MediaSid")

    public static func authorTooLong(_ limit: Int) -> Refusal {
        Refusal(code: 50310, status: 400, message: "Invalid parameter Author: longer than \(limit) characters")
    }

    public static let mediaUnknown = Refusal(code: 50507, status: 404, message: "Invalid parameter MediaSid: no such media")

    public static let mediaUsed = Refusal(
        code: 50508, status: 400, message: "Invalid parameter MediaSid: belongs to another message already")

    public static func timerNotISO(_ parameter: String) -> Refusal {
        Refusal(code: 50379, status: 400, message: "Invalid parameter \(parameter): expected an ISO 8601 duration such as PT15M")
    }

    public static let inactiveTimerTooShort = Refusal(
        code: 50375, status: 400, message: "Invalid parameter Timers.Inactive: expected at least PT1M")

    public static let userExists = Refusal(code: 50201, status: 409, message: "User already exists")

    public static func conversationsLimit(_ limit: Int) -> Refusal {
        Refusal(code: 50214, status: 403, message: "User is in too many conversations: expected at most \(limit) that are not closed")
    }

    /// 403/50430: conversations are private (contract: semantics §14).
    public static let notParticipant = Refusal(code: 50430, status: 403, message: "User not participant of conversation")

    /// 403/50107: a user's roles do not allow it, or no role can.
    public static func forbidden(_ what: String) -> Refusal {
        Refusal(code: 50107, status: 403, message: "User is not allowed to perform this action: \(what)")
    }

    public static let closedTimerTooShort = Refusal(
        code: 50376, status: 400, message: "Invalid parameter Timers.Closed: expected at least PT10M")
}

/// Nothing was made durable: the disk is full, the database cannot be written, or the daemon is stopping. The other side is asked to
/// try again (503, 451).
public struct NotDurable: Error, Sendable, Hashable, CustomStringConvertible {
    /// For the log; holds no data of people.
    public let description: String

    public init(_ description: String) { self.description = description }
}
