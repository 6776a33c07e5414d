/// Services and what an account configures: roles, credentials, bindings, settings of a service.
enum ServiceTables {
    static let statements: [String] = []
}
