/// Writes XML 1.0 text.
enum XMLText {
    /// An element's or attribute's name without a namespace's rules: a letter or underscore, then letters, digits and `-._:`.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isNameStart(first) else { return false }
        return text.utf8.allSatisfy { isNameStart($0) || ($0 >= 0x30 && $0 <= 0x39) || "-._:".utf8.contains($0) }
    }

    private static func isNameStart(_ byte: UInt8) -> Bool { (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F }

    /// Text between tags or within an attribute's quotes. Line breaks and tabs are written as numbers, so that a parser does not change them.
    ///
    /// - Returns: nil when a character cannot stand in XML at all (XML 1.0 §2.2), escaped or not.
    static func escaped(_ text: String) -> String? {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            case "\t", "\n", "\r": result += "&#\(scalar.value);"
            default:
                guard scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF else { return nil }
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
