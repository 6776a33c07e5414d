import HTTPTypes

/// Operations that the contract does not describe: this gateway's own.
extension APIDocument {
    static let ownAreas: [Area] = [
        Area(
            tag: extensions, summary: "Beyond the contract: this gateway's own.", scopes: [.root],
            operations: [
                Operation(
                    verb: "Fetch", noun: "Document", method: .get, path: "openapi.json", summary: "Reads this document",
                    replies: [
                        Reply(200, "This document.", .object), Reply(304, "It is what the ETag in If-None-Match says.", .empty),
                    ], isOpen: true),
                Operation(
                    verb: "Open", noun: "Realtime", method: .get, path: "realtime",
                    summary: "Opens the realtime feed of a chat user: a WebSocket",
                    replies: [
                        Reply(101, "The connection is a WebSocket from here on.", .empty),
                        Reply(426, "No upgrade to a WebSocket was asked for.", .object),
                    ]),
            ]),
        Area(
            tag: extensions, scopes: [.service], variables: [.sid("Sid", "ME", "The medium's SID.")],
            operations: [
                Operation(
                    verb: "Create", noun: "Media", method: .post, path: "Media", summary: "Uploads a medium",
                    parameters: [
                        .query("Filename", .string, "The name that the medium is shown with."),
                        .query("Category", .enumeration(mediaCategory), "media when not given."),
                    ], input: .raw(["*/*"], note: "The medium's bytes. Content-Type is kept as the medium's type."),
                    replies: [Reply(201, "The created resource.", .resource(media))], takesIdempotencyKey: true),
                .fetch("Media", "Media/{Sid}", media, "Reads a medium's record"),
                Operation(
                    verb: "Fetch", noun: "MediaContent", method: .get, path: "Media/{Sid}/Content", summary: "Reads a medium's bytes",
                    replies: [
                        Reply(200, "All of them, with the type they were uploaded with.", .bytes("*/*")),
                        Reply(206, "Those that Range asked for.", .bytes("*/*")),
                        Reply(416, "Range asked for bytes that are not there.", .empty),
                    ]),
            ]),
        Area(
            tag: extensions, variables: [.conversation, .sid("Sid", "IM", "The message's SID.")],
            operations: [
                Operation(
                    verb: "Fetch", noun: "MessageChannelMetadata", method: .get,
                    path: "Conversations/{ConversationSid}/Messages/{Sid}/ChannelMetadata",
                    summary: "Says that a message has no channel metadata: always 404, with code 50530 when the message is there",
                    replies: [])
            ]),
        Area(
            tag: extensions, scopes: [.service],
            operations: [
                .create(
                    "Binding", "Bindings", binding, "Binds a device to a user",
                    form: [
                        Field("Identity", .string, "Whose device it is.", required: true),
                        Field("BindingType", .enumeration(bindingType), required: true),
                        Field("Endpoint", .string, "The device, as its platform knows it.", required: true),
                        Field("CredentialSid", .sid("CR"), "The credential that tells it."),
                        Field("MessageTypes", .array(.string), "What it is told of; everything when not given."),
                    ])
            ]),
        Area(
            tag: extensions, variables: [.key("Sid", "The conversation's SID or unique name.")],
            operations: [
                Operation(
                    verb: "Search", noun: "Message", method: .get, path: "Messages/Search", summary: "Finds messages by their words",
                    parameters: searchParameters, replies: [Reply(200, "A page of the list.", .list("messages", message))]),
                Operation(
                    verb: "Export", noun: "Conversation", method: .get, path: "Conversations/{Sid}/Export",
                    summary: "Reads a conversation with everything that is in it",
                    parameters: [.query("Media", .enumeration(exportedMedia), "inline: the bytes of small media come along.")],
                    replies: [Reply(200, "One JSON object a line.", .bytes(ndjson))]),
                Operation(
                    verb: "Import", noun: "Conversation", method: .post, path: "ConversationImports",
                    summary: "Creates a conversation from an export",
                    parameters: [
                        .query("BindParticipants", .boolean, "Whether people outside hold their pairs, so that messages reach them again.")
                    ],
                    input: .raw([ndjson], note: "One JSON object a line, as an export has them."),
                    replies: [Reply(201, "The created resource.", .resource(conversation))]),
            ]),
        myConversations,
        Area(
            tag: extensions, scopes: [.operator],
            operations: [
                Operation(
                    verb: "Explain", noun: "Route", method: .get, path: "route",
                    summary: "Says what would become of a message from one address to another; nothing is sent and nothing changes",
                    parameters: [
                        .query("From", .string, "Who would write: a person's address, or one of ours.", required: true),
                        .query("To", .string, "Who would be written to: one of ours, or a person's address.", required: true),
                    ], replies: [Reply(200, "What would become of it.", .resource(routeExplanation))])
            ]),
    ]

    private static let searchParameters: [Parameter] =
        [
            .query("Query", .string, "The words.", required: true),
            .query("ConversationSid", .string, "Only in this conversation: its SID or unique name."),
            .query("Author", .string, "Only by this author."),
            .query("StartDate", .string, "Only from this date on."),
            .query("EndDate", .string, "Only to this date."),
        ] + Parameter.paging(max: 100)

    static let extensions = "Extensions"
    private static let ndjson = "application/x-ndjson"
    private static let exportedMedia = Enumeration(own: "exported_media", ["inline"])
    private static let mediaCategory = Enumeration(own: "media_category", ["media", "body", "history"])

    private static let routeExplanation: Resource = Resource(
        own: "route_explanation",
        [
            Field("direction", .enumeration(Enumeration(own: "route_direction", ["inbound", "outbound"]))),
            Field("proxy_address", .string, "The address that is ours."), Field("address", .string, "The person's, masked."),
            Field("adapter", .string, "Who serves the address that is ours."), Field("pattern", .string, "Which of its addresses says so."),
            Field(
                "outcome",
                .enumeration(
                    Enumeration(
                        own: "route_outcome", ["appended", "created", "held", "rejected", "sent", "waits", "fails", "nobody"]))),
            Field("reason", .string, "Why, for what does not go through."),
            Field("conversation_sid", .sid("CH"), "Where the pair is held; null when nobody holds it."),
            Field("conversation_state", .string), Field("chat_service_sid", .sid("IS"), "The conversation's service."),
            Field("participant_sid", .sid("MB"), "Who holds the pair."),
            Field(
                "stranger",
                .object([
                    Field("unknown_sender", .string, "autocreate, hold or reject."),
                    Field("address_configuration_sid", .sid("IG"), "What says so; null for the adapter's settings.", nullable: true),
                    Field("chat_service_sid", .sid("IS"), "Where a conversation would be made.", nullable: true),
                ]), "What happens while nobody holds the pair; null for what is not inbound."),
            Field(
                "lane",
                .object([
                    Field("head", .sid("DY"), "The delivery that is next.", nullable: true), Field("head_phase", .string, nullable: true),
                    Field("due", .dateTime, nullable: true), Field("leased_until", .dateTime, nullable: true),
                    Field("pause", .object([Field("until", .dateTime), Field("reason", .string, nullable: true)]), nullable: true),
                ]), "What waits to be sent to this person."),
            Field(
                "consent", .object([Field("state", .string), Field("source", .string), Field("date_changed", .dateTime)]),
                "Null when nothing was ever said."),
            Field(
                "adapter_pause", .object([Field("reason", .string), Field("since", .dateTime)]), "Null while the adapter sends."),
        ])

    private static let media: Resource = Resource(
        own: "media",
        [
            Field("sid", .sid("ME")), Field("account_sid", .sid("AC")), Field("service_sid", .sid("IS")),
            Field("channel_sid", .sid("CH"), "The conversation of the message that it belongs to."), Field("message_sid", .sid("IM")),
            Field("author", .string), Field("content_type", .string), Field("size", .integer, "In bytes."), Field("filename", .string),
            Field("category", .enumeration(mediaCategory)), Field("is_multipart_upstream", .boolean), Field("date_created", .dateTime),
            Field("date_updated", .dateTime), Field("date_upload_updated", .dateTime), Field("url", .uri),
            Field("links", .links, "content needs credentials; content_direct_temporary needs none, for some minutes."),
        ])
}
