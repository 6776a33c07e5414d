/// Search, export and import, and the erasure of people.
struct ArchiveRoutes: Sendable {
    let desk: Desk

    /// Those of a service, under either prefix.
    var shared: [Route] { SearchRoutes(desk: desk).routes + ExportRoutes(desk: desk).routes + ImportRoutes(desk: desk).routes }

    /// Those that only the account has.
    var accountOnly: [Route] { [] }

    /// Those that only a path with a service has.
    var serviceOnly: [Route] { [] }

    /// Those of the operator.
    var operatorOnly: [Route] { ErasureRoutes(desk: desk).routes }
}
