/// Push notifications: the credentials for the platforms, and the devices that are bound to users.
extension APIDocument {
    static let bindings: Area = Area(
        tag: "Push notifications", summary: "Devices that are told, and the credentials for telling them.", scopes: [.service],
        variables: [.sid("Sid", "BS", "The binding's SID.")],
        operations: [
            .list(
                "Binding", "Bindings", "bindings", of: binding, pageMax: 100, "Lists the devices of a service's users",
                query: [
                    .query("BindingType", .array(.enumeration(bindingType)), "Only bindings of these platforms."),
                    .query("Identity", .array(.string), "Only bindings of these people."),
                ]),
            .fetch("Binding", "Bindings/{Sid}", binding, "Reads a device's binding"),
            .delete("Binding", "Bindings/{Sid}", "Removes a device's binding"),
        ])

    static let credentials: Area = Area(
        tag: "Push notifications", scopes: [.root], variables: [.sid("Sid", "CR", "The credential's SID.")],
        operations: [
            .list("Credential", "Credentials", "credentials", of: credential, pageMax: 100, "Lists push credentials"),
            .create(
                "Credential", "Credentials", credential, "Creates a push credential",
                form: [Field("Type", .enumeration(pushType), required: true)], also: credentialForm),
            .fetch("Credential", "Credentials/{Sid}", credential, "Reads a push credential, without its secrets"),
            .update(
                "Credential", "Credentials/{Sid}", credential, "Changes a push credential", form: [Field("Type", .enumeration(pushType))],
                also: credentialForm),
            .delete("Credential", "Credentials/{Sid}", "Deletes a push credential"),
        ])

    static let bindingType = Enumeration("binding", "binding_type", ["apn", "gcm", "fcm", "twilsock"])

    static let binding: Resource = Resource(
        ["binding"],
        [
            Field("sid", .sid("BS")), Field("account_sid", .sid("AC")), Field("chat_service_sid", .sid("IS")),
            Field("credential_sid", .sid("CR")), Field("identity", .string),
            Field("endpoint", .string, "The device, as its platform knows it."),
            Field("binding_type", .enumeration(bindingType)), Field("message_types", .array(.string), "What it is told of."),
            Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri),
        ])

    private static let pushType = Enumeration("credential", "push_type", ["apn", "gcm", "fcm"])

    private static let credentialForm: [Field] = [
        Field("FriendlyName", .string, "A name for people."), Field("Certificate", .string, "Of apn: a PEM certificate."),
        Field("PrivateKey", .string, "Of apn: the certificate's key, in PEM."),
        Field("Sandbox", .boolean, "Of apn: whether to use the sandbox."),
        Field("ApiKey", .string, "Of gcm."), Field("Secret", .string, "Of fcm."),
    ]

    private static let credential: Resource = Resource(
        ["credential"],
        [
            Field("sid", .sid("CR")), Field("account_sid", .sid("AC")), Field("friendly_name", .string),
            Field("type", .enumeration(pushType)),
            Field("sandbox", .string, "true or false, as text."), Field("date_created", .dateTime), Field("date_updated", .dateTime),
            Field("url", .uri),
        ])
}
