/// How much structure a stranger's mail may have. What is over a limit is named in ``ParsedMail/problems``; the mail is then read
/// no further than its header.
public struct MailLimits: Sendable, Hashable {
    /// Bytes of a header block. Also the most that is read when the end of the header is not found.
    public var headerBytesMax: Int
    /// Fields of a header block.
    public var headersMax: Int
    /// Parts of a mail, multiparts included.
    public var partsMax: Int
    /// Multiparts and attached messages within each other.
    public var nestingMax: Int
    /// Bytes of HTML that are turned into text; the rest is left out.
    public var htmlBytesMax: Int

    public init(
        headerBytesMax: Int = 1024 * 1024, headersMax: Int = 1000, partsMax: Int = 1000, nestingMax: Int = 20,
        htmlBytesMax: Int = 2 * 1024 * 1024
    ) {
        self.headerBytesMax = headerBytesMax
        self.headersMax = headersMax
        self.partsMax = partsMax
        self.nestingMax = nestingMax
        self.htmlBytesMax = htmlBytesMax
    }
}
