/// Services: each has conversations, users and roles of its own.
extension APIDocument {
    static let services: Area = Area(
        tag: "Services", summary: "Each has conversations, users and roles of its own.", scopes: [.root],
        variables: [.sid("Sid", "IS", "The service's SID.")],
        operations: [
            .list("Service", "Services", "services", of: service, pageMax: 100, "Lists services"),
            .create(
                "Service", "Services", service, "Creates a service",
                form: [Field("FriendlyName", .string, "A name for people.", required: true)]),
            .fetch("Service", "Services/{Sid}", service, "Reads a service"),
            .delete("Service", "Services/{Sid}", "Deletes a service with everything that is in it"),
        ])

    private static let service: Resource = Resource(
        ["service"],
        [
            Field("sid", .sid("IS")), Field("account_sid", .sid("AC")), Field("friendly_name", .string), Field("date_created", .dateTime),
            Field("date_updated", .dateTime), Field("url", .uri), Field("links", .links),
        ])
}
