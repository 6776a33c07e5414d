/// Services, roles, credentials, bindings, and what an account and a service configure.
struct ServiceRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] { RoleRoutes(desk: desk).routes }

    /// Those that only the account has.
    var accountOnly: [Route] {
        ServiceListRoutes(desk: desk).routes + AccountConfigurationRoutes(desk: desk).routes + CredentialRoutes(desk: desk).routes
    }

    /// Those that only a path with a service has.
    var serviceOnly: [Route] {
        ServiceConfigurationRoutes(desk: desk).routes + NotificationRoutes(desk: desk).routes + BindingRoutes(desk: desk).routes
    }

    /// Those of the operator.
    var operatorOnly: [Route] { [] }
}
