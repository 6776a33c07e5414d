/// Users of applications, and their conversations.
struct UserRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] {
        UserResourceRoutes(desk: desk).routes + UserConversationRoutes(desk: desk).routes + ParticipantConversationRoutes(desk: desk).routes
    }

    /// Those that only the account has.
    var accountOnly: [Route] { [] }

    /// Those that only a path with a service has.
    var serviceOnly: [Route] { [] }

    /// Those of the operator.
    var operatorOnly: [Route] { [] }
}
