/// Reads message data up to CRLF.CRLF and nothing else, taking the stuffed dots away (RFC 5321 §4.5.2).
///
/// A line end other than CRLF is a violation: a relay in front of us that ends data at `LF.LF` or `CR.CR` would otherwise let a
/// stranger put a second message, with a sender of his choice, into one that we take as whole (CVE-2023-51764 and its kin).
struct SMTPDataReader {
    enum Outcome: Equatable {
        case incomplete
        case complete
        case bareLineEnd
    }

    private enum Position {
        case lineStart
        case line
        case carriageReturn
        case dot
        case dotCarriageReturn
    }

    /// The message, empty once it was found too large or unfit.
    private(set) var content: [UInt8] = []
    private(set) var isTooLarge = false
    private(set) var hasNUL = false
    private let sizeMax: Int
    private var position = Position.lineStart

    init(sizeMax: Int) { self.sizeMax = sizeMax }

    /// Consumes bytes from the front of `input` until the end of the data or a violation.
    mutating func consume(_ input: inout ArraySlice<UInt8>) -> Outcome {
        var index = input.startIndex
        defer { input = input[index...] }
        while index < input.endIndex {
            let byte = input[index]
            if position == .line || position == .lineStart, byte != 0x0D, byte != 0x0A, byte != 0x2E || position == .line {
                let run = input[index...].prefix { $0 != 0x0D && $0 != 0x0A }
                keep(run)
                position = .line
                index = run.endIndex
                continue
            }
            index += 1
            switch (position, byte) {
            case (.lineStart, 0x2E):
                position = .dot
            case (.lineStart, 0x0D), (.line, 0x0D):
                position = .carriageReturn
            case (.carriageReturn, 0x0A):
                keep([0x0D, 0x0A])
                position = .lineStart
            case (.dot, 0x0D):
                position = .dotCarriageReturn
            case (.dotCarriageReturn, 0x0A):
                return .complete
            case (.carriageReturn, _), (.dotCarriageReturn, _), (_, 0x0A):
                content = []
                return .bareLineEnd
            default:
                keep([byte])
                position = .line
            }
        }
        return .incomplete
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        if !hasNUL, bytes.contains(0) { hasNUL = true }
        if !isTooLarge, bytes.count > sizeMax - content.count { isTooLarge = true }
        if isTooLarge || hasNUL {
            content = []
        } else {
            content.append(contentsOf: bytes)
        }
    }
}
