import ParleyBroker
import ParleyCore

/// Writes rows in the contract's shapes (contract: REST §3, §4): every field is present, links are absolute.
struct Presentation: Sendable {
    let rules: Rules
    let configuration: APIConfiguration
    let mount: Exchange.Mount

    /// The service whose resources are presented.
    var service: SID { mount.service ?? rules.installation.service }

    /// The absolute URL of a path under the mount.
    func url(_ path: String) -> String { configuration.apiURL + mount.prefix + path }

    func url(_ conversation: SID) -> String { url("/Conversations/\(conversation)") }

    /// - Parameter exportable: whether the link to the export is shown; one shape of the contract has none.
    func conversation(_ row: Conversation, exportable: Bool = true) -> JSON { .object(members(row, exportable: exportable)) }

    func members(_ row: Conversation, exportable: Bool = true) -> [JSON.Member] {
        let url = url(row.sid)
        let links =
            [
                Member("participants", .string(url + "/Participants")), Member("messages", .string(url + "/Messages")),
                Member("webhooks", .string(url + "/Webhooks")),
            ] + (exportable ? [Member("export", .string(url + "/Export"))] : [])
        return [
            Member("sid", JSON(row.sid)), Member("account_sid", JSON(configuration.account)),
            Member("chat_service_sid", JSON(row.service)),
            Member("messaging_service_sid", JSON(row.messagingService ?? messagingService)),
            Member("friendly_name", JSON(row.friendlyName)), Member("unique_name", JSON(row.uniqueName)),
            Member("attributes", .string(row.attributes)), Member("date_created", date(row.created)),
            Member("date_updated", date(row.updated)), Member("state", .string(row.state.rawValue)), Member("timers", timers(row)),
            Member("bindings", bindings(row)), Member("url", .string(url)), Member("links", .object(links)),
        ]
    }

    func participant(_ row: Participant) -> JSON {
        .object(
            owner(row.conversation)
                + [
                    Member("sid", JSON(row.sid)), Member("identity", JSON(row.identity)), Member("attributes", .string(row.attributes)),
                    Member("messaging_binding", row.binding.map(binding) ?? .null), Member("role_sid", JSON(row.role)),
                    Member("date_created", date(row.created)), Member("date_updated", date(row.updated)),
                    Member("url", .string(url(row.conversation) + "/Participants/\(row.sid)")),
                    Member("last_read_message_index", JSON(row.lastReadIndex)),
                    Member("last_read_timestamp", row.lastReadAt.map(date) ?? .null),
                ])
    }

    func message(_ row: Message, media: [Media]) -> JSON {
        let url = url(row.conversation) + "/Messages/\(row.sid)"
        return .object(
            [Member("sid", JSON(row.sid))] + owner(row.conversation)
                + [
                    Member("body", JSON(row.body)), Member("media", media.isEmpty ? .null : .array(media.map(attachment))),
                    Member("author", .string(row.author)), Member("participant_sid", JSON(row.participant)),
                    Member("attributes", .string(row.attributes)), Member("date_created", date(row.created)),
                    Member("date_updated", date(row.updated)), Member("index", .integer(row.index)),
                    Member("delivery", Presentation.delivery(row.delivery)),
                    Member("content_sid", nil), Member("url", .string(url)),
                    Member(
                        "links", ["delivery_receipts": .string(url + "/Receipts"), "channel_metadata": .string(url + "/ChannelMetadata")]),
                ])
    }

    func receipt(_ row: Delivery, parts: [DeliveryPart]) -> JSON {
        .object(
            [Member("sid", JSON(row.sid))] + owner(row.conversation)
                + [
                    Member("message_sid", JSON(row.message)),
                    Member("channel_message_sid", .string(ChannelMessage.sid(of: row, parts: parts))),
                    Member("status", JSON(row.status?.rawValue)), Member("error_code", .integer(row.errorCode)),
                    Member("participant_sid", JSON(row.participant)), Member("date_created", date(row.created)),
                    Member("date_updated", date(row.updated)),
                    Member("url", .string(url(row.conversation) + "/Messages/\(row.message)/Receipts/\(row.sid)")),
                ])
    }

    /// A medium's record (contract: semantics §12). `conversation` is that of the message it belongs to.
    func media(_ row: Media, conversation: SID?, now: Instant) -> JSON {
        let url = url("/Media/\(row.sid)")
        let direct = rules.publicURL + rules.installation.links.path(of: row.sid, expires: now + configuration.bounds.directLinkTime)
        return [
            "sid": JSON(row.sid), "account_sid": JSON(configuration.account), "service_sid": JSON(row.service),
            "channel_sid": JSON(conversation), "message_sid": JSON(row.message), "date_created": date(row.created),
            "date_updated": date(row.created), "date_upload_updated": date(row.created), "size": .integer(row.size),
            "content_type": .string(row.contentType), "filename": JSON(row.filename), "category": .string(row.category.rawValue),
            "is_multipart_upstream": .bool(false), "author": JSON(row.author), "url": .string(url),
            "links": ["content": .string(url + "/Content"), "content_direct_temporary": .string(direct)],
        ]
    }

    typealias Member = JSON.Member

    /// Whose a row is; the service stands in it where the path names one.
    private func owner(_ conversation: SID) -> [JSON.Member] {
        [Member("account_sid", JSON(configuration.account))]
            + (mount.namesService ? [Member("chat_service_sid", JSON(service))] : [])
            + [Member("conversation_sid", JSON(conversation))]
    }

    func date(_ instant: Instant) -> JSON { .string(WireDate.text(instant)) }

    func timers(_ row: Conversation) -> JSON {
        .object(
            [("date_inactive", row.inactiveAt), ("date_closed", row.closedAt)].compactMap { name, instant in
                instant.map { Member(name, date($0)) }
            })
    }

    private func bindings(_ row: Conversation) -> JSON {
        guard row.emailBindingName != nil || row.emailBindingAddress != nil else { return [:] }
        return ["email": ["projected_address": JSON(row.emailBindingAddress), "name": JSON(row.emailBindingName)]]
    }

    func binding(_ binding: Participant.Binding) -> JSON {
        [
            "type": .string(binding.channel.rawValue), "address": .string(binding.pair.address.text),
            "proxy_address": .string(binding.pair.proxy.text),
        ]
    }

    private func attachment(_ media: Media) -> JSON {
        [
            "sid": JSON(media.sid), "size": .integer(media.size), "content_type": .string(media.contentType),
            "filename": JSON(media.filename),
        ]
    }

    /// Null when nobody outside was to get the message.
    static func delivery(_ counts: DeliveryCounts) -> JSON {
        guard counts.total > 0 else { return nil }
        func share(_ count: Int) -> JSON { count <= 0 ? "none" : count < counts.total ? "some" : "all" }
        return [
            "total": .integer(counts.total), "sent": share(counts.sent), "delivered": share(counts.delivered), "read": share(counts.read),
            "failed": share(counts.failed), "undelivered": share(counts.undelivered),
        ]
    }

    /// Conversations need no messaging service here, but clients expect one in each: it follows from the account and the service.
    var messagingService: SID? { messagingService(of: service) }

    func messagingService(of service: SID) -> SID? { MessagingService.sid(account: configuration.account, service: service) }
}
