import Foundation

/// A parameter of an operation as the document declares it.
struct DocumentedParameter: Sendable {
    enum Place: String, Sendable { case query, path, header, form }

    enum Kind: Sendable {
        case integer(maximum: Int?)
        case boolean
        case word
        case date
        /// With this prefix.
        case sid(String)
        /// JSON in text.
        case attributes
        /// One of `Participant`'s objects.
        case participant
        /// `isFree` is false where only some texts are good.
        case text(isFree: Bool)
    }

    let name: String
    let place: Place
    let kind: Kind
    let isRequired: Bool
    /// Whether it may be given several times.
    let isList: Bool

    init(_ name: String, _ place: Place, _ schema: [String: Any], isRequired: Bool, in document: Specification) {
        self.name = name
        self.place = place
        self.isRequired = isRequired
        isList = schema["type"] as? String == "array"
        kind = Self.kind(name, document.resolved(isList ? schema["items"] as? [String: Any] ?? [:] : schema))
    }

    private static func kind(_ name: String, _ schema: [String: Any]) -> Kind {
        switch schema["type"] as? String {
        case "integer": return .integer(maximum: schema["maximum"] as? Int)
        case "boolean": return .boolean
        default: break
        }
        if schema["enum"] != nil { return .word }
        if let pattern = schema["pattern"] as? String, pattern.hasSuffix("[0-9a-fA-F]{32}$") {
            return .sid(String(pattern.dropFirst().prefix(2)))
        }
        if schema["format"] as? String == "date-time" || dates.contains(name) { return .date }
        if name == "Attributes" { return .attributes }
        if name == "Participant" { return .participant }
        return .text(isFree: !grammars.contains(name))
    }

    /// Dates that the contract declares as mere strings.
    private static let dates: Set<String> = ["StartDate", "EndDate", "LastReadTimestamp"]

    /// Strings of which only some are good, whatever their length: words, durations, URLs, addresses, names of something that is there.
    private static let grammars: Set<String> = [
        "Type", "Method", "Filters", "AutoCreation.WebhookFilters", "Configuration.Filters", "Permission", "MessageTypes",
        "Timers.Inactive",
        "Timers.Closed", "DefaultInactiveTimer", "DefaultClosedTimer", "PreWebhookUrl", "PostWebhookUrl", "AutoCreation.WebhookUrl",
        "Configuration.Url", "Address", "AddressCountry", "MessagingBinding.Address", "MessagingBinding.ProxyAddress",
        "MessagingBinding.ProjectedAddress", "Bindings.Email.Address", "PageToken", "ConversationSid",
        "Conversation", "cursor", "From", "To",
    ]
}
