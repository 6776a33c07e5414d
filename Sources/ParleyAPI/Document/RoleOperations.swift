/// Roles: what people of the application may do.
extension APIDocument {
    static let roles: Area = Area(
        tag: "Roles", summary: "What people of the application may do, in a service or in a conversation.",
        variables: [.sid("Sid", "RL", "The role's SID.")],
        operations: [
            .list("Role", "Roles", "roles", of: role, pageMax: 50, "Lists roles"),
            .create(
                "Role", "Roles", role, "Creates a role",
                form: [
                    Field("FriendlyName", .string, "A name for people.", required: true),
                    Field("Type", .enumeration(roleType), required: true),
                    rolePermissions,
                ]),
            .fetch("Role", "Roles/{Sid}", role, "Reads a role"),
            .update("Role", "Roles/{Sid}", role, "Gives a role other permissions", form: [rolePermissions]),
            .delete("Role", "Roles/{Sid}", "Deletes a role"),
        ])

    private static let roleType = Enumeration("role", "role_type", ["conversation", "service"])
    private static let rolePermissions = Field("Permission", .array(.string), "The names of all that it permits.", required: true)

    private static let role: Resource = Resource(
        ["role"],
        [
            Field("sid", .sid("RL")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("friendly_name", .string), Field("type", .enumeration(roleType)), Field("permissions", .array(.string)),
            Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri),
        ])
}
