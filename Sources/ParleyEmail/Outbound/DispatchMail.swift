internal import ParleyCore
internal import ParleyMailWire

/// Writes a dispatch as a mail: who it seems to come from, where answers go, and what it continues.
struct DispatchMail {
    let gatewayID: String
    /// All media of one mail, in bytes.
    let attachmentBytesMax: Int

    /// - Throws: ``Unsendable`` when the payload cannot be a mail, whatever the relay says.
    func draft(_ dispatch: Dispatch, read: (MediaKey) throws(MediaFailure) -> [UInt8]) throws -> MailDraft {
        let payload = dispatch.payload
        guard let messageID = payload.messageID else { throw Unsendable("messageID: is missing") }
        try checkFields(dispatch, messageID: messageID)
        let proxy = try Self.wire(dispatch.pair.proxy, field: "proxy")
        let address = try Self.wire(dispatch.pair.address, field: "address")
        guard let size = total(payload.media), size <= attachmentBytesMax else {
            throw Unsendable("media: together larger than \(attachmentBytesMax) bytes")
        }
        let attachments = try payload.media.enumerated().map { index, medium in
            MailDraft.Attachment(
                filename: MediaFilename.name(medium.filename, contentType: medium.contentType, number: index + 1),
                contentType: MediaFilename.plainType(medium.contentType), content: try read(medium.key))
        }
        var headers = [
            MailDraft.Header(MailHeader.hop, gatewayID),
            MailDraft.Header(MailHeader.autoResponseSuppress, "All"),
        ]
        if payload.isAutomatic { headers.append(MailDraft.Header(MailHeader.autoSubmitted, "auto-generated")) }
        return MailDraft(
            from: Mailbox(name: "\(Self.present(payload.authorName) ?? payload.author) via \(proxy)", address: proxy),
            to: Mailbox(address: address), replyTo: payload.replyTo.map { Mailbox(address: $0) },
            // The same for every message of a conversation, so that mail programs keep them together.
            subject: Self.present(payload.subject) ?? "Re: \(Self.present(payload.conversationName) ?? "Conversation")",
            messageID: messageID, inReplyTo: payload.references.last, references: payload.references, date: payload.created.seconds,
            text: payload.text ?? "", attachments: attachments, extraHeaders: headers)
    }

    /// An address as the wire takes it: a domain in other letters goes as its A-label (RFC 5891), and the part before the @ stays as it is.
    ///
    /// - Throws: ``Unsendable`` when the address cannot be written in ASCII; the relays that take others (RFC 6531) cannot be told apart.
    static func wire(_ address: Address, field: String) throws(Unsendable) -> String {
        if Mailbox(address: address.text).isSendable { return address.text }
        let local = address.text.prefix { $0 != "@" }
        let written = "\(local)@\(address.domain ?? "")"
        guard Mailbox(address: written).isSendable else { throw Unsendable("\(field): is not an address that mail can be sent with") }
        return written
    }

    /// The composer refuses line breaks as well; here the names are the payload's, which the operator knows.
    private func checkFields(_ dispatch: Dispatch, messageID: String) throws(Unsendable) {
        let payload = dispatch.payload
        let fields: [(name: String, value: String?)] = [
            ("proxy", dispatch.pair.proxy.text), ("address", dispatch.pair.address.text), ("author", payload.author),
            ("authorName", payload.authorName), ("subject", payload.subject), ("conversationName", payload.conversationName),
            ("messageID", messageID), ("replyTo", payload.replyTo),
        ]
        for (name, value) in fields { try refuseBreaks(value, name) }
        for (index, reference) in payload.references.enumerated() { try refuseBreaks(reference, "references[\(index)]") }
        for (index, medium) in payload.media.enumerated() {
            try refuseBreaks(medium.filename, "media[\(index)].filename")
            try refuseBreaks(medium.contentType, "media[\(index)].contentType")
        }
    }

    private func refuseBreaks(_ value: String?, _ field: String) throws(Unsendable) {
        guard let value, value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else { return }
        throw Unsendable("\(field): has a line break or NUL, which a mail's header cannot carry")
    }

    private static func present(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    private func total(_ media: [Media]) -> Int? {
        var sum = 0
        for medium in media {
            let (next, overflow) = sum.addingReportingOverflow(max(medium.size, 0))
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}

/// Why a payload cannot be a mail: the field and what is wrong with it, without its value.
struct Unsendable: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
