/// Chooses which parts are the text, the HTML and the attachments of a mail: the algorithm of RFC 8621 §4.1.4.
struct BodySelection {
    private(set) var text: [MIMENode] = []
    private(set) var html: [MIMENode] = []
    private(set) var attachments: [MIMENode] = []

    init(_ root: MIMENode) {
        select([root], in: "mixed", isAlternative: false, takesText: true, takesHTML: true)
    }

    private static func isMedia(_ node: MIMENode) -> Bool { ["image", "audio", "video"].contains(node.media) }

    private mutating func select(_ parts: [MIMENode], in multipart: String, isAlternative: Bool, takesText: Bool, takesHTML: Bool) {
        let textCount = text.count
        let htmlCount = html.count
        var takesText = takesText
        var takesHTML = takesHTML
        for (index, part) in parts.enumerated() {
            if part.isMultipart {
                select(
                    part.children, in: part.subtype, isAlternative: isAlternative || part.subtype == "alternative",
                    takesText: takesText, takesHTML: takesHTML)
                continue
            }
            let isMedia = Self.isMedia(part)
            let isBody =
                part.disposition != "attachment" && (part.type == "text/plain" || part.type == "text/html" || isMedia)
                && (index == 0 || multipart != "related" && (isMedia || part.filename == nil))
            // Pictures among the text are handed over as attachments: a text cannot hold them.
            guard isBody, !isMedia else {
                attachments.append(part)
                continue
            }
            if multipart == "alternative" {
                if part.type == "text/plain" { text.append(part) } else { html.append(part) }
                continue
            }
            if isAlternative {
                if part.type == "text/plain" { takesHTML = false } else { takesText = false }
            }
            if takesText { text.append(part) }
            if takesHTML { html.append(part) }
        }
        // An alternative with one form only: that form serves as the other.
        if multipart == "alternative", takesText, takesHTML {
            if text.count == textCount, html.count != htmlCount { text += html[htmlCount...] }
            if html.count == htmlCount, text.count != textCount { html += text[textCount...] }
        }
    }
}
