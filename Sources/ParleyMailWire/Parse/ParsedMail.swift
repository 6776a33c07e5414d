/// A mail as values, read from its raw bytes. Reading never fails: what could not be read is named in `problems`, and the caller
/// keeps the raw bytes in any case. The work is synchronous and linear in the size of the mail.
public struct ParsedMail: Sendable, Hashable {
    /// A part that is not the body.
    public struct Attachment: Sendable, Hashable {
        /// Safe to use as a file name, at most 200 bytes; nil when the sender gave none. An attached message has one ending `.eml`.
        public let filename: String?
        /// `type/subtype` in lower case, as declared.
        public let contentType: String
        /// Decoded bytes.
        public let content: [UInt8]
        /// Without angle brackets.
        public let contentID: String?
        /// True when the HTML shows it (`cid:`).
        public let isInline: Bool
    }

    /// Message-ID without angle brackets.
    public internal(set) var messageID: String?
    /// In-Reply-To without angle brackets.
    public internal(set) var inReplyTo: [String] = []
    /// References without angle brackets, the newest first, at most ``referencesMax``.
    public internal(set) var references: [String] = []
    /// The Date field as it stands.
    public internal(set) var date: String?
    /// The Date field in seconds since 1970-01-01T00:00:00Z; nil when it cannot be read.
    public internal(set) var dateEpoch: Int64?
    /// Decoded, one line; empty when there is none.
    public internal(set) var subject = ""
    /// All addresses of all From fields; more than one is also a problem.
    public internal(set) var from: [Mailbox] = []
    public internal(set) var sender: Mailbox?
    public internal(set) var replyTo: [Mailbox] = []
    public internal(set) var to: [Mailbox] = []
    public internal(set) var cc: [Mailbox] = []
    /// Keyword of Auto-Submitted (RFC 3834 §5) in lower case.
    public internal(set) var autoSubmitted: String?
    /// Keyword of Precedence in lower case.
    public internal(set) var precedence: String?
    /// The body as text with LF line ends: text/plain parts where there are any that are not blank, else the HTML as text.
    public internal(set) var text = ""
    /// The HTML body as it came, decoded; nil when there is none. Not safe to show.
    public internal(set) var html: String?
    public internal(set) var attachments: [Attachment] = []
    public internal(set) var problems: [MailProblem] = []
    private let headerBlock: MailHeaderBlock

    public static let referencesMax = 20

    /// Reads a mail. Structure over the limits is not read; the header still is, as far as its own limits allow.
    public init(_ raw: [UInt8], limits: MailLimits = MailLimits()) {
        headerBlock = MailHeaderBlock(raw, limits: limits)
        problems = headerBlock.problems
        readHeader()
        if let problem = MIMEPrescan.problem(in: raw, limits: limits), !problems.contains(problem) { problems.append(problem) }
        guard !problems.contains(where: \.preventsBody) else { return }
        guard !headerBlock.fields.isEmpty, let root = MIMENode.parse(raw) else {
            problems.append(.unparsable)
            return
        }
        readBody(root, limits: limits)
    }

    /// The values of every field of this name, in order: unfolded, RFC 2047 words not decoded, bytes that are not UTF-8 read as
    /// Windows-1252. The case of the name does not matter.
    public func header(_ name: String) -> [String] {
        headerBlock.values(name).map { String(decoding: HeaderDecoder.utf8($0), as: UTF8.self) }
    }

    private mutating func readHeader() {
        let block = headerBlock
        messageID = HeaderDecoder.identifiers(Array(block.values("message-id").prefix(1))).first
        inReplyTo = HeaderDecoder.identifiers(block.values("in-reply-to"))
        references = Array(HeaderDecoder.identifiers(block.values("references")).reversed().prefix(Self.referencesMax))
        date = header("date").first
        dateEpoch = block.first("date").flatMap(HeaderDecoder.epoch)
        subject = block.first("subject").map(HeaderDecoder.text) ?? ""
        from = HeaderDecoder.mailboxes(block.values("from"))
        sender = HeaderDecoder.mailboxes(block.values("sender")).first
        replyTo = HeaderDecoder.mailboxes(block.values("reply-to"))
        to = HeaderDecoder.mailboxes(block.values("to"))
        cc = HeaderDecoder.mailboxes(block.values("cc"))
        autoSubmitted = block.first("auto-submitted").flatMap(HeaderDecoder.keyword)
        precedence = block.first("precedence").flatMap(HeaderDecoder.keyword)
        if from.isEmpty { problems.append(.noFrom) }
        if from.count > 1 || block.values("from").count > 1 { problems.append(.severalFrom) }
    }
}
