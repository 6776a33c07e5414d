/// Cuts command lines out of the input, never holding more than the limit.
struct SMTPLineReader: Sendable {
    enum Outcome: Equatable {
        case incomplete
        /// One line without its CRLF.
        case line([UInt8])
        /// A line over the limit came to its end; it was skipped.
        case tooLong
        case bareLineEnd
    }

    private var line: [UInt8] = []
    private var isTooLong = false
    private var sawCarriageReturn = false

    /// Consumes bytes from the front of `input` up to the end of one line. `lengthMax` counts the CRLF.
    mutating func consume(_ input: inout ArraySlice<UInt8>, lengthMax: Int) -> Outcome {
        while let byte = input.popFirst() {
            if sawCarriageReturn {
                guard byte == 0x0A else { return .bareLineEnd }
                defer {
                    line = []
                    isTooLong = false
                    sawCarriageReturn = false
                }
                return isTooLong ? .tooLong : .line(line)
            }
            switch byte {
            case 0x0A: return .bareLineEnd
            case 0x0D: sawCarriageReturn = true
            default:
                if line.count < lengthMax - 2 { line.append(byte) } else { isTooLong = true }
            }
        }
        return .incomplete
    }
}
