/// Makes the HTML part of a mail that was written as text: escaped, blank lines part paragraphs, nothing remote.
enum TextToHTML {
    /// `text` has LF line ends.
    static func document(_ text: String) -> String {
        var paragraphs: [[String]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) {
                if paragraphs.last?.isEmpty == false { paragraphs.append([]) }
            } else {
                paragraphs[paragraphs.count - 1].append(escaped(line))
            }
        }
        let body = paragraphs.filter { !$0.isEmpty }.map { "<p>\($0.joined(separator: "<br>\n"))</p>\n" }.joined()
        return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n\(body)</body></html>\n"
    }

    private static func escaped(_ text: Substring) -> String {
        var html = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(scalar)
            }
        }
        return html
    }
}
