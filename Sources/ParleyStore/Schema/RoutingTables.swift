/// Where inbound messages of strangers go.
enum RoutingTables {
    static let statements: [String] = []
}
