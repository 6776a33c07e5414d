/// Services, roles, credentials, bindings, and what an account and a service configure.
struct ServiceRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] { [] }

    /// Those that only the account has.
    var accountOnly: [Route] { [] }

    /// Those that only a path with a service has.
    var serviceOnly: [Route] { [] }

    /// Those of the operator.
    var operatorOnly: [Route] { [] }
}
