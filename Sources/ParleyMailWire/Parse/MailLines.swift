/// Steps through bytes line by line. A line ends at LF; a CR before it is not part of the line.
struct MailLines {
    private let bytes: ArraySlice<UInt8>
    /// Where the next line starts.
    private(set) var position: Int
    /// Where the line that was given last starts.
    private(set) var lastStart: Int?

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func next() -> (start: Int, content: ArraySlice<UInt8>)? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        lastStart = start
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
        position = min(end + 1, bytes.endIndex)
        let hasCarriageReturn = end > start && bytes[end - 1] == 0x0D
        return (start, bytes[start..<(hasCarriageReturn ? end - 1 : end)])
    }
}
