/// Rewrites HTML so that libxml2 reads it in linear time: every element closed, at most 256 of them open at once, few attributes.
///
/// libxml2 2.9 compares each attribute with all others of its tag and looks through all open elements for each end tag that has no
/// start: 256 KiB of either took ten and two seconds. Every tag that leaves here is written anew, so the bounds hold whatever the
/// input does. Comments, declarations, scripts and styles are left out.
struct HTMLBalancer {
    static let depthMax = 256
    static let attributesMax = 32
    static let attributeBytesMax = 4096

    static let voidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    /// Left out with what is in them, up to their end tag.
    private static let rawElements: Set<String> = ["script", "style", "noscript", "template", "title", "textarea", "xmp", "noembed"]
    /// The frame of a document, whose tags say nothing here; what is in it stays.
    private static let droppedElements: Set<String> = ["html", "head", "body"]
    /// An end tag that may be missing: the element ends where one of these starts (HTML Standard §13.1.2.4).
    private static let endedBy: [String: Set<String>] = [
        "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "option": ["option"], "td": ["td", "th", "tr"], "th": ["td", "th", "tr"],
        "tr": ["tr"],
        "p": ["p", "div", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"],
    ]

    private var input: ArraySlice<UInt8>
    private var output: [UInt8] = []
    private var open: [String] = []

    static func balanced(_ html: [UInt8]) -> [UInt8] {
        var balancer = HTMLBalancer(input: html[...])
        balancer.run()
        return balancer.output
    }

    private init(input: ArraySlice<UInt8>) {
        self.input = input
        output.reserveCapacity(input.count + input.count / 4)
    }

    private mutating func run() {
        // In a block of our own libxml2 makes no paragraph around the first words of a body.
        write("div", [])
        while let byte = input.popFirst() {
            switch (byte, input.first) {
            case (0x3C, let next?) where MailGrammar.isAlphanumeric(next) && !MailGrammar.isDigit(next): startTag()
            case (0x3C, 0x2F?): endTag()
            case (0x3C, 0x21?): declaration()
            case (0x3C, 0x3F?): skip(past: 0x3E)
            case (0x3C, _): output += "&lt;".utf8
            case (0, _): break
            default: output.append(byte)
            }
        }
        close(to: 0)
        output += "</div>".utf8
    }

    private mutating func startTag() {
        let name = self.name()
        var attributes: [(name: String, value: [UInt8])] = []
        while let attribute = attribute() {
            guard attributes.count < Self.attributesMax, attribute.value.count <= Self.attributeBytesMax,
                !attributes.contains(where: { $0.name == attribute.name })
            else { continue }
            attributes.append(attribute)
        }
        _ = input.popFirst()
        if Self.rawElements.contains(name) { return skipRaw(name) }
        if Self.droppedElements.contains(name) { return }
        while let last = open.last, Self.endedBy[last]?.contains(name) == true { close(to: open.count - 1) }
        if !Self.voidElements.contains(name) {
            guard open.count < Self.depthMax else {
                // The element is lost but the break that it makes is not.
                if !HTMLText.inlineElements.contains(name) { output += "<br>".utf8 }
                return
            }
            open.append(name)
        }
        write(name, attributes)
    }

    private mutating func endTag() {
        input.removeFirst()
        let name = self.name()
        skip(past: 0x3E)
        if let index = open.lastIndex(of: name) { close(to: index) }
    }

    /// Closes everything above and including the element at `index`.
    private mutating func close(to index: Int) {
        while open.count > index, let name = open.popLast() {
            output += "</".utf8
            output += name.utf8
            output.append(0x3E)
        }
    }

    private mutating func write(_ name: String, _ attributes: [(name: String, value: [UInt8])]) {
        output.append(0x3C)
        output += name.utf8
        for attribute in attributes {
            output += " \(attribute.name)=\"".utf8
            for byte in attribute.value {
                switch byte {
                case 0x22: output += "&quot;".utf8
                case 0x3C: output += "&lt;".utf8
                case 0x3E: output += "&gt;".utf8
                case 0: break
                default: output.append(byte)
                }
            }
            output.append(0x22)
        }
        output.append(0x3E)
    }

    /// An element or attribute name in lower case; other characters in it are dropped.
    private mutating func name() -> String {
        let bytes = input.prefix { $0 > 0x20 && $0 != 0x3E && $0 != 0x2F && $0 != 0x3D }
        input = input[bytes.endIndex...]
        let kept = bytes.prefix(64).filter { MailGrammar.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x3A }
        return String(decoding: kept, as: UTF8.self).lowercased()
    }

    /// The next attribute of the tag, or nil before its `>` or the end of the input.
    private mutating func attribute() -> (name: String, value: [UInt8])? {
        while true {
            input = input.drop { $0 <= 0x20 || $0 == 0x2F || $0 == 0x3D }
            guard let first = input.first, first != 0x3E else { return nil }
            let name = self.name()
            input = input.drop { $0 <= 0x20 }
            var value: ArraySlice<UInt8> = []
            if input.first == 0x3D {
                input = input.dropFirst().drop { $0 <= 0x20 }
                if let quote = input.first, quote == 0x22 || quote == 0x27 {
                    input = input.dropFirst()
                    value = input.prefix { $0 != quote }
                    input = input[value.endIndex...].dropFirst()
                } else {
                    value = input.prefix { $0 > 0x20 && $0 != 0x3E }
                    input = input[value.endIndex...]
                }
            }
            if let letter = name.utf8.first, MailGrammar.isAlphanumeric(letter), !MailGrammar.isDigit(letter) {
                return (name, Array(value.prefix(Self.attributeBytesMax + 1)))
            }
        }
    }

    private mutating func declaration() {
        guard input.starts(with: "!--".utf8) else { return skip(past: 0x3E) }
        input = input.dropFirst(3)
        var dashes = 2
        while let byte = input.popFirst() {
            if byte == 0x3E, dashes >= 2 { return }
            dashes = byte == 0x2D ? dashes + 1 : 0
        }
    }

    private mutating func skip(past byte: UInt8) {
        input = (input.firstIndex(of: byte)).map { input[($0 + 1)...] } ?? []
    }

    private mutating func skipRaw(_ name: String) {
        let end = Array("</\(name)".utf8)
        while let start = input.firstIndex(of: 0x3C) {
            input = input[start...]
            if input.prefix(end.count).elementsEqual(end, by: { $0 | 0x20 == $1 | 0x20 }) { return skip(past: 0x3E) }
            input = input.dropFirst()
        }
        input = []
    }
}
