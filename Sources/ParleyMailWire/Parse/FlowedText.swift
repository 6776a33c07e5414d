/// Undoes format=flowed (RFC 3676 §4): joins the lines that were broken for transport.
enum FlowedText {
    /// `text` has LF line ends; so has the result, with quoted lines as `> …`, one mark a level.
    static func unfolded(_ text: [UInt8], deletesSpace: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        // The quote depth of a paragraph that goes on in the next line.
        var open: Int?
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == 0x3E }.count
            var content = line.dropFirst(depth)
            if content.first == 0x20 { content = content.dropFirst() }
            let isSignature = content.elementsEqual("-- ".utf8)
            if open == depth, !isSignature {
                open = nil
            } else {
                if open != nil { output.append(0x0A) }
                open = nil
                output.append(contentsOf: repeatElement(0x3E, count: depth))
                if depth > 0, !content.isEmpty { output.append(0x20) }
            }
            if content.last == 0x20, !isSignature {
                output += deletesSpace ? content.dropLast() : content
                open = depth
            } else {
                output += content
                output.append(0x0A)
            }
        }
        // Splitting gives one line more than there are line ends.
        if open == nil { output.removeLast() }
        return output
    }
}
