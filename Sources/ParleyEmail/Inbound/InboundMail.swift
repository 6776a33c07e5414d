public import ParleyCore
internal import ParleyMailWire

/// A received mail as facts for the intake. Nothing is refused for its form: what is wrong is said beside it, and the raw mail is kept.
public struct InboundMail: Sendable {
    private let content: [UInt8]
    private let envelopeSender: String?

    /// Gateways' ids, and Message-IDs of mails it answers, that are read from one mail.
    private static let hopsMax = 100
    private static let referencesMax = 40

    /// - Parameters:
    ///   - content: the RFC 5322 bytes.
    ///   - envelopeSender: MAIL FROM without brackets, nil for the null sender.
    public init(content: [UInt8], envelopeSender: String?) {
        self.content = content
        self.envelopeSender = envelopeSender
    }

    /// One fact for each envelope recipient, which differ in nothing but the recipient.
    public func facts(to recipients: [String]) -> [InboundFact] {
        guard let first = recipients.first else { return [] }
        let fact = fact(to: first)
        return recipients.map { recipient in
            var copy = fact
            copy.proxy = recipient
            return copy
        }
    }

    private func fact(to recipient: String) -> InboundFact {
        let mail = ParsedMail(content)
        return InboundFact(
            proxy: recipient, sender: sender(mail), identity: MailIdentity.digest(content, mail), text: Self.present(Self.body(mail.text)),
            subject: Self.present(mail.subject),
            media: mail.attachments.map { InboundMedia(contentType: $0.contentType, filename: $0.filename, content: $0.content) },
            sentAt: mail.dateEpoch.map { Instant(seconds: $0) }, raw: content, messageID: mail.messageID, references: references(mail),
            automatic: AutomaticMail(mail, hasNullSender: envelopeSender == nil)?.rawValue, problems: mail.problems.map(\.rawValue),
            hops: hops(mail))
    }

    /// The author is who From names (RFC 5322 §3.6.2), of several the first; that there are several is among the problems. The envelope's
    /// sender stands in where From names nobody.
    private func sender(_ mail: ParsedMail) -> String {
        mail.from.lazy.map(\.address).first { !$0.isEmpty } ?? envelopeSender ?? ""
    }

    /// What the mail answers, the nearest first: In-Reply-To, then References from its end.
    private func references(_ mail: ParsedMail) -> [String] {
        var seen: Set<String> = []
        return (mail.inReplyTo + mail.references).prefix(Self.referencesMax).filter { seen.insert($0).inserted }
    }

    private func hops(_ mail: ParsedMail) -> [String] {
        Array(mail.header(MailHeader.hop).filter { !$0.isEmpty && $0.utf8.count <= 128 }.prefix(Self.hopsMax))
    }

    /// The line ends behind the last word are the mail's, not the person's.
    private static func body(_ text: String) -> String {
        var body = text[...]
        while let last = body.last, last.isNewline { body.removeLast() }
        return String(body)
    }

    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }
}
