/// Addresses of ours that people write to, and what happens when a stranger does.
extension APIDocument {
    static let addresses: Area = Area(
        tag: "Addresses", summary: "What a message to one of our addresses from somebody unknown begins.", scopes: [.root],
        variables: [.key("Sid", "The address configuration's SID, or the address itself.")],
        operations: [
            .list(
                "ConfigurationAddress", "Configuration/Addresses", "address_configurations", of: address, pageMax: 50,
                "Lists address configurations", query: [.query("Type", .string, "Only addresses of this channel.")]),
            .create(
                "ConfigurationAddress", "Configuration/Addresses", address, "Creates an address configuration",
                form: [
                    Field("Type", .enumeration(addressType), "The channel.", required: true),
                    Field("Address", .string, "Our address, which people write to.", required: true),
                    Field("AddressCountry", .string, "An ISO 3166 code."),
                ], also: addressForm),
            .fetch("ConfigurationAddress", "Configuration/Addresses/{Sid}", address, "Reads an address configuration"),
            .update(
                "ConfigurationAddress", "Configuration/Addresses/{Sid}", address, "Changes an address configuration", form: addressForm),
            .delete("ConfigurationAddress", "Configuration/Addresses/{Sid}", "Deletes an address configuration"),
        ])

    private static let addressType = Enumeration(
        "configuration_address", "type", ["sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat"])

    private static let autoCreationType = Enumeration("configuration_address", "auto_creation_type", ["webhook", "studio", "default"])

    private static let unknownSender = Enumeration(own: "unknown_sender", ["autocreate", "hold", "reject"])

    private static let addressForm: [Field] = [
        Field("FriendlyName", .string, "A name for people."),
        Field("AutoCreation.Enabled", .boolean, "Whether a message of somebody unknown creates a conversation."),
        Field(
            "AutoCreation.Type", .enumeration(autoCreationType)),
        Field("AutoCreation.ConversationServiceSid", .sid("IS"), "Where conversations are created."),
        Field("AutoCreation.WebhookUrl", .string, "The webhook that a new conversation gets."),
        Field("AutoCreation.WebhookMethod", .enumeration(Enumeration("configuration_address", "method", ["get", "post"]))),
        Field("AutoCreation.WebhookFilters", .array(.string), "The names of the events that are told."),
        Field("AutoCreation.StudioFlowSid", .sid("FW")), Field("AutoCreation.StudioRetryCount", .integer),
        Field(
            "UnknownSender", .enumeration(unknownSender),
            "Beyond the contract: what happens while automatic creation is off. The adapter's setting when not given."),
    ]

    private static let address: Resource = Resource(
        ["configuration_address"],
        [
            Field("sid", .sid("IG")), Field("account_sid", .sid("AC")), Field("type", .string), Field("address", .string),
            Field("friendly_name", .string), Field("address_country", .string),
            Field(
                "auto_creation", .anyJSON,
                "enabled, type, conversation_service_sid; by the type webhook_url, _method, _filters, or studio_flow_sid, _retry_count."
            ),
            Field("date_created", .dateTime), Field("date_updated", .dateTime), Field("url", .uri),
            Field("unknown_sender", .string, "Beyond the contract: autocreate, hold or reject; null for the adapter's setting."),
        ])
}
