import CParleyXML

/// Turns HTML into text that reads like a mail written as text.
///
/// Blocks become lines, links `text (url)`, list items `- `, quoted blocks `> `. What is not shown (head, scripts, hidden
/// elements) is left out.
enum HTMLText {
    /// Elements that do not break a line.
    static let inlineElements: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
        "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]
    /// Elements that stand apart from what is around them by an empty line.
    private static let spacedElements: Set<String> = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "table"]
    private static let skippedElements: Set<String> = [
        "head", "script", "style", "template", "title", "noscript", "object", "svg", "select",
    ]

    /// What is left to do in the walk: nothing recurses, so no depth can exhaust the stack.
    private enum Step {
        case enter(xmlNodePtr)
        case leave(name: String, link: String?, textStart: Int)
    }

    /// The text of a document of which at most `bytesMax` bytes are read.
    static func text(of html: String, bytesMax: Int) -> String {
        let source = HTMLBalancer.balanced(Array(html.utf8.prefix(max(0, bytesMax))))
        guard let length = Int32(exactly: source.count), length > 0 else { return "" }
        let options = Int32(
            bitPattern: HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
                | HTML_PARSE_NONET.rawValue | HTML_PARSE_COMPACT.rawValue | XML_PARSE_HUGE.rawValue)
        let document = source.withUnsafeBytes {
            htmlReadMemory($0.baseAddress?.assumingMemoryBound(to: CChar.self), length, nil, "UTF-8", options)
        }
        guard let document else { return "" }
        defer { xmlFreeDoc(document) }
        guard let root = xmlDocGetRootElement(document) else { return "" }
        return walk(root)
    }

    private static func walk(_ root: xmlNodePtr) -> String {
        var writer = HTMLTextWriter()
        var steps: [Step] = [.enter(root)]
        while let step = steps.popLast() {
            switch step {
            case .enter(let node):
                if let next = node.pointee.next, node != root { steps.append(.enter(next)) }
                switch node.pointee.type {
                case XML_TEXT_NODE, XML_CDATA_SECTION_NODE, XML_ENTITY_REF_NODE:
                    if let content = node.pointee.content { writer.write(String(cString: content)) }
                case XML_ELEMENT_NODE:
                    let name = node.pointee.name.map { String(cString: $0) } ?? ""
                    if skippedElements.contains(name) || isHidden(node) { continue }
                    let link = name == "a" ? attribute("href", of: node) : nil
                    enter(name, node, &writer)
                    steps.append(.leave(name: name, link: link, textStart: writer.length))
                    if let child = node.pointee.children { steps.append(.enter(child)) }
                default: break
                }
            case .leave(let name, let link, let textStart):
                leave(name, link: link, textStart: textStart, &writer)
            }
        }
        return writer.finish()
    }

    private static func enter(_ name: String, _ node: xmlNodePtr, _ writer: inout HTMLTextWriter) {
        switch name {
        case "br": writer.breakLine()
        case "hr": writer.block("---")
        case "img": if let text = attribute("alt", of: node) { writer.write(text) }
        case "td", "th": writer.separateCell()
        case "li":
            writer.startLine()
            writer.pendingMark = "- "
        default: if !inlineElements.contains(name) { writer.startBlock(isSpaced: spacedElements.contains(name)) }
        }
        if name == "blockquote" { writer.quoteDepth += 1 }
        if name == "pre" { writer.preformattedDepth += 1 }
    }

    private static func leave(_ name: String, link: String?, textStart: Int, _ writer: inout HTMLTextWriter) {
        if let link { writer.link(link, textStart: textStart) }
        switch name {
        case "br", "hr", "img", "td", "th": break
        case "li":
            writer.startLine()
            writer.pendingMark = ""
        default: if !inlineElements.contains(name) { writer.startBlock(isSpaced: spacedElements.contains(name)) }
        }
        if name == "blockquote" { writer.quoteDepth -= 1 }
        if name == "pre" { writer.preformattedDepth -= 1 }
    }

    /// Preheaders and tracking texts that no reader sees.
    private static func isHidden(_ node: xmlNodePtr) -> Bool {
        if attribute("hidden", of: node) != nil { return true }
        guard let style = attribute("style", of: node)?.lowercased().filter({ !$0.isWhitespace }) else { return false }
        return style.contains("display:none") || style.contains("visibility:hidden")
    }

    private static func attribute(_ name: String, of node: xmlNodePtr) -> String? {
        guard let value = xmlGetProp(node, name) else { return nil }
        defer { parley_xml_free(value) }
        return String(cString: value)
    }
}
