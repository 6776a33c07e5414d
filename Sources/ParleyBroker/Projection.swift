import Foundation
import ParleyCore

/// Makes, from a message, what one recipient is sent. Text is never dropped; a medium that the adapter cannot carry becomes a signed link.
struct Projection {
    let rules: Rules
    let transaction: any ReadTransaction

    func payload(for delivery: Delivery, to binding: Participant.Binding, now: Instant) throws -> (
        payload: Payload, flags: Set<Delivery.Flag>
    ) {
        guard let message = try transaction.message(delivery.message),
            let conversation = try transaction.conversation(delivery.conversation)
        else {
            throw Unsendable(description: "its message is gone")
        }
        let profile = rules.directory.profile(delivery.adapter)
        let capabilities = profile?.capabilities ?? Capabilities()
        var flags: Set<Delivery.Flag> = []
        var carried: [Media] = []
        var carriedBytes = 0
        var lines = [message.body].compactMap(\.self)
        for media in try transaction.media(of: [message.sid])[message.sid] ?? [] {
            if carried.count < capabilities.mediaCountMax, carriedBytes + media.size <= capabilities.mediaBytesTotalMax,
                capabilities.takes(contentType: media.contentType, bytes: media.size)
            {
                carried.append(media)
                carriedBytes += media.size
            } else {
                flags.insert(.mediaLinked)
                lines.append([media.filename, link(to: media, now)].compactMap(\.self).joined(separator: ": "))
            }
        }
        var text = lines.isEmpty ? nil : lines.joined(separator: "\n")
        if binding.channel == .sms, profile?.replacesTypography == true, let plain = text.flatMap(SMSText.replacingTypography) {
            text = plain
            flags.insert(.textReplaced)
        }
        // A message with media is none of SMS.
        let bound = binding.channel == .sms && carried.isEmpty ? profile?.textBound : nil
        if let bound, bound.beyond == .link, let whole = text, SMSText(whole).segments > bound.segmentsMax,
            let short = shortened(message, flags, to: bound.segmentsMax, now)
        {
            text = short
            flags.insert(.textLinked)
        }
        var payload = Payload(
            text: text, subject: message.subject, author: message.author,
            authorName: try authorName(message), media: carried, conversation: conversation.sid,
            conversationName: conversation.friendlyName,
            message: message.sid, participant: delivery.participant, created: message.created, isAutomatic: message.author == "system")
        payload.segmentsMax = bound?.segmentsMax
        if capabilities.mediaByLink, !carried.isEmpty { payload.mediaLinks = carried.map { link(to: $0, now) } }
        if binding.channel == .email {
            let proxy = binding.pair.proxy
            payload.references = try transaction.mailReferences(
                conversation: conversation.sid, participant: delivery.participant, limit: 10)
            payload.messageID = rules.installation.mail.messageID(of: delivery.sid, domain: proxy.domain ?? "localhost")
            payload.replyTo = replyAddress(proxy, participant: delivery.participant)
        }
        return (payload, flags)
    }

    private func link(to media: Media, _ now: Instant) -> String {
        rules.publicURL + rules.installation.links.path(of: media.sid, expires: now + MediaLinkSigner.life)
    }

    /// The beginning of what was said, with a link to the whole; the page behind it has links to the media, too. Nil when there is no room for both.
    private func shortened(_ message: Message, _ flags: Set<Delivery.Flag>, to segmentsMax: Int, _ now: Instant) -> String? {
        guard var said = message.body, !said.isEmpty else { return nil }
        if flags.contains(.textReplaced) { said = SMSText.replacingTypography(in: said) ?? said }
        let path = rules.installation.links.path(ofMessage: message.sid, expires: now + MediaLinkSigner.life)
        return SMSText.shortened(said, segmentsMax: segmentsMax, link: rules.publicURL + path)
    }

    /// What people outside see of the author: a chat user's identity. Another person's address is theirs and is shown masked.
    private func authorName(_ message: Message) throws -> String {
        guard let sid = message.participant, let participant = try transaction.participant(sid) else { return message.author }
        return participant.identity ?? participant.binding?.pair.address.masked ?? message.author
    }

    /// The proxy address with the token of the person who is written to, so that the answer finds its conversation.
    private func replyAddress(_ proxy: Address, participant: SID) -> String? {
        let parts = proxy.text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let token = rules.installation.mail.replyToken(for: participant, proxy: proxy)
        // Beyond 64 bytes a local part is not legal (RFC 5321 §4.5.3.1.1): answers then go to the proxy address and find the pair.
        guard parts[0].utf8.count + 1 + token.utf8.count <= 64 else { return proxy.text }
        return "\(parts[0])+\(token)@\(parts[1])"
    }

    static func freeze(_ payload: Payload) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(payload), as: UTF8.self)
    }

    static func read(_ text: String) throws -> Payload {
        do {
            return try JSONDecoder().decode(Payload.self, from: Data(text.utf8))
        } catch {
            throw Unsendable(description: "what was frozen to be sent cannot be read")
        }
    }

    /// A delivery that nothing can be made of.
    struct Unsendable: Error, CustomStringConvertible { var description: String }
}
