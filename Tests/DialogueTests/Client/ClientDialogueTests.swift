import Testing

/// The client against the built daemon: each method of a conversation with its result, its effect as others see it, the event that they get
/// live, and each of its rejections. The tests are in this folder's other files, by what the methods are about.
@Suite(.sharedDaemon("limits: { participants: 6, non_chat_participants: 2 }"), .timeLimit(.minutes(15)))
struct ClientDialogueTests {
    /// Attributes may be any JSON; what the REST API then shows is the same value.
    static let anyJSON = ["{}", #"{"a":{"b":[1,2.5,true,null,"ü😀"]}}"#, "[]", "[1]", #""text""#, "7", "-1.5", "true", "null"]
}
