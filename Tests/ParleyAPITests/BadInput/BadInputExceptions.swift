/// Where a value is taken though its type has no room for it, and why.
struct BadInputException: Hashable {
    let parameter: String
    let value: String

    init(_ parameter: String, _ value: String) {
        self.parameter = parameter
        self.value = value
    }

    static let all: Set<BadInputException> = Set(emptyStandsForNone + freeText)

    /// An empty value says that there is none, or takes back what was said.
    private static let emptyStandsForNone = [
        "Attributes", "AutoCreation.ConversationServiceSid", "Configuration.FlowSid", "Configuration.Method", "ContentSid",
        "DefaultMessagingServiceSid", "MediaSid", "UnknownSender",
    ].map { BadInputException($0, "empty") }

    /// Texts of several lines, which stand in no header and on no line of a list: they are kept as they are.
    private static let freeText = [
        "AddedToConversation.Template", "Body", "Certificate", "Configuration.Triggers", "ContentVariables", "NewMessage.Template",
        "NewMessage.WithMedia.Template", "PrivateKey", "Query", "RemovedFromConversation.Template", "Secret",
    ].map { BadInputException($0, "control characters") }
}
