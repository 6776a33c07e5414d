/// Lays text out in lines: collapses white space, keeps at most one empty line in a row, marks quoted lines.
struct HTMLTextWriter {
    /// Quote depth of what is written from now on; open lines are ended before it changes.
    var quoteDepth = 0
    /// White space is kept while it is above zero.
    var preformattedDepth = 0
    /// Stands before the next thing that is written, and nowhere when nothing comes: the `- ` of a list item.
    var pendingMark = ""
    private var output: [UInt8] = []
    private var line: [UInt8] = []
    private var lineDepth = 0
    private var needsSpace = false
    private var needsEmptyLine = false
    /// Quote depth of the line that was written last.
    private var lastDepth = 0

    /// Grows with everything that is written; tells whether something was written since.
    var length: Int { output.count + line.count }

    /// Quote marks beyond this depth say nothing and would make the text grow with the square of the depth.
    private static let quoteDepthMax = 16

    mutating func write(_ text: String) {
        for byte in text.utf8 {
            if preformattedDepth > 0, byte == 0x0A {
                breakLine()
            } else if preformattedDepth > 0 {
                if byte != 0x0D { append(byte) }
            } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                needsSpace = !line.isEmpty
            } else {
                append(byte)
            }
        }
    }

    mutating func separateCell() { if !line.isEmpty { needsSpace = true } }

    /// `text (url)`; only the text when it is the address itself, and nothing for links that lead nowhere.
    mutating func link(_ address: String, textStart: Int) {
        let lower = address.lowercased()
        guard lower.hasPrefix("http:") || lower.hasPrefix("https:") || lower.hasPrefix("mailto:") else { return }
        let bare = lower.hasPrefix("mailto:") ? String(address.dropFirst(7)) : address
        // The text of the link where it stands in the open line; a long one is not an address.
        let shown = line[min(max(0, textStart - output.count), line.count)...]
        if shown.count <= 2048, Self.core(String(decoding: shown, as: UTF8.self)) == Self.core(bare) { return }
        let clean = String(decoding: bare.utf8.filter { $0 > 0x20 && $0 != 0x7F }, as: UTF8.self)
        if length == textStart { write(clean) } else { write(" (\(clean))") }
    }

    /// What tells two spellings of an address apart.
    private static func core(_ address: String) -> Substring {
        var text = address.drop(while: \.isWhitespace)
        for prefix in ["https://", "http://", "mailto:", "www."] where text.lowercased().hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        while let last = text.last, last == "/" || last.isWhitespace { text = text.dropLast() }
        return text
    }

    /// Ends the line, also an empty one.
    mutating func breakLine() { endLine(isForced: true) }

    /// Ends the line unless it is empty.
    mutating func startLine() { endLine(isForced: false) }

    mutating func startBlock(isSpaced: Bool) {
        endLine(isForced: false)
        if isSpaced { needsEmptyLine = true }
    }

    mutating func block(_ text: String) {
        endLine(isForced: false)
        for byte in text.utf8 { append(byte) }
        endLine(isForced: false)
    }

    mutating func finish() -> String {
        endLine(isForced: false)
        while output.last == 0x0A { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func append(_ byte: UInt8) {
        if line.isEmpty {
            lineDepth = quoteDepth
            line += pendingMark.utf8
            pendingMark = ""
        }
        if needsSpace { line.append(0x20) }
        needsSpace = false
        line.append(byte)
    }

    private mutating func endLine(isForced: Bool) {
        needsSpace = false
        // A no-break space alone is how editors write an empty line.
        let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0xC2 || $0 == 0xA0 || $0 == 0x09 }
        if isBlank {
            if isForced || !line.isEmpty { needsEmptyLine = true }
            line = []
            return
        }
        let depth = min(max(0, lineDepth), Self.quoteDepthMax)
        if needsEmptyLine, !output.isEmpty {
            output.append(contentsOf: repeatElement(0x3E, count: min(depth, lastDepth)))
            output.append(0x0A)
        }
        needsEmptyLine = false
        lastDepth = depth
        let mark = [UInt8](repeating: 0x3E, count: depth)
        output += mark
        if !mark.isEmpty { output.append(0x20) }
        output += line
        output.append(0x0A)
        line = []
    }
}
