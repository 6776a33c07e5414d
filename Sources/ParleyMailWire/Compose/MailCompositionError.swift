/// Why a draft cannot become a mail. It names the field and never carries its value.
public struct MailCompositionError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// CR, LF or NUL, with which a value could write header fields of its own; in an extra header any control character.
        case controlCharacter = "control-character"
        /// Not ASCII `local@domain` with a dot-atom local part, or longer than 254 bytes.
        case invalidAddress = "invalid-address"
        /// Not printable ASCII with an `@`, or over 250 bytes.
        case invalidMessageID = "invalid-message-id"
        /// Not a field name of RFC 5322 §3.6.8.
        case invalidHeaderName = "invalid-header-name"
        /// A field that the composer writes itself, or `Bcc`.
        case reservedHeader = "reserved-header"
        /// Not `type/subtype`.
        case invalidContentType = "invalid-content-type"
        case invalidFilename = "invalid-filename"
        /// Outside the years 1970 to 9999.
        case invalidDate = "invalid-date"
        /// Does not fit a line of 998 bytes (RFC 5322 §2.1.1) and cannot be folded.
        case tooLong = "too-long"
    }

    /// The path of the field in the draft, such as `from.name` or `extraHeaders[0].value`.
    public let field: String
    public let reason: Reason

    init(_ field: String, _ reason: Reason) {
        self.field = field
        self.reason = reason
    }

    public var description: String { "\(field): \(reason.rawValue)" }
}
