/// Everything that is needed to write one mail.
public struct MailDraft: Sendable, Hashable {
    /// A file that goes with the mail.
    public struct Attachment: Sendable, Hashable {
        public var filename: String
        /// `type/subtype` without parameters. `multipart/…` and `message/…` are sent as `application/octet-stream`, since
        /// RFC 2046 §5 forbids to encode them and an attachment always is.
        public var contentType: String
        public var content: [UInt8]

        public init(filename: String, contentType: String, content: [UInt8]) {
            self.filename = filename
            self.contentType = contentType
            self.content = content
        }
    }

    /// A header field of the caller's choice.
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var from: Mailbox
    public var to: Mailbox
    public var replyTo: Mailbox?
    public var subject: String
    /// Without angle brackets; has an `@`.
    public var messageID: String
    /// Without angle brackets.
    public var inReplyTo: String?
    /// Without angle brackets, oldest first.
    public var references: [String]
    /// Seconds since 1970-01-01T00:00:00Z.
    public var date: Int64
    /// Any line ends; NUL is left out.
    public var text: String
    /// Used as it is when given; made from the text when nil.
    public var html: String?
    public var attachments: [Attachment]
    /// Fields that the composer does not write itself, in this order.
    public var extraHeaders: [Header]

    public init(
        from: Mailbox, to: Mailbox, replyTo: Mailbox? = nil, subject: String, messageID: String, inReplyTo: String? = nil,
        references: [String] = [], date: Int64, text: String, html: String? = nil, attachments: [Attachment] = [],
        extraHeaders: [Header] = []
    ) {
        self.from = from
        self.to = to
        self.replyTo = replyTo
        self.subject = subject
        self.messageID = messageID
        self.inReplyTo = inReplyTo
        self.references = references
        self.date = date
        self.text = text
        self.html = html
        self.attachments = attachments
        self.extraHeaders = extraHeaders
    }
}
