/// What was wrong with a mail. None of them stops the reading of the header.
public enum MailProblem: String, Sendable, Hashable, CaseIterable {
    /// A header block, or a Content-Type, is over its limit.
    case headerTooLong = "header-too-long"
    case tooManyHeaders = "too-many-headers"
    case tooManyParts = "too-many-parts"
    case nestingTooDeep = "nesting-too-deep"
    /// An address field has hundreds of colons: groups within groups, which no mail needs.
    case addressTooComplex = "address-too-complex"
    /// No From field with an address.
    case noFrom = "no-from"
    /// More than one From field or address (RFC 7489 §6.6.1 asks to refuse those).
    case severalFrom = "several-from"
    /// Nothing that looks like a mail.
    case unparsable = "unparsable"
    /// The HTML was cut at its limit before it was turned into text.
    case htmlCut = "html-cut"

    /// True when the body was not read.
    var preventsBody: Bool {
        switch self {
        case .headerTooLong, .tooManyHeaders, .tooManyParts, .nestingTooDeep, .addressTooComplex: true
        case .noFrom, .severalFrom, .unparsable, .htmlCut: false
        }
    }
}
