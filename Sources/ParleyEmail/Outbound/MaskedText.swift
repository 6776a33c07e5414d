/// Takes addresses out of texts that others wrote: relays like to repeat the recipient in their refusals.
enum MaskedText {
    /// At most 300 characters, on one line, with every mail address cut to its domain.
    static func masked(_ text: String) -> String {
        var masked: [Unicode.Scalar] = []
        for scalar in text.prefix(300).unicodeScalars {
            switch scalar {
            case "@":
                removeLocalPart(&masked)
                masked += ["…", "@"]
            case _ where scalar.properties.generalCategory == .control: masked.append(" ")
            default: masked.append(scalar)
            }
        }
        return String(String.UnicodeScalarView(masked))
    }

    private static func removeLocalPart(_ text: inout [Unicode.Scalar]) {
        if text.last == "\"", let opening = text.dropLast().lastIndex(of: "\"") {
            text.removeSubrange(opening...)
        } else {
            while let last = text.last, !" <>()[]:;,\"'=".unicodeScalars.contains(last) { text.removeLast() }
        }
    }
}
