import CParleyXML

/// An element of an XML document.
///
/// A module of its own, so that the C library is imported where it is used and nowhere else.
public struct XMLTree: Sendable, Hashable {
    public var name: String
    /// In the order of the document.
    public var attributes: [(name: String, value: String)]
    public var children: [XMLTree]
    /// The text directly in it, without that of its children.
    public var text: String

    /// Elements within each other; deeper text is refused.
    public static let depthMax = 64
    /// The longest tag that is read, in bytes: the parser's work grows with the square of an element's attributes.
    public static let tagBytesMax = 8192

    /// Reads a document, at most 16 MiB of it.
    ///
    /// - Returns: nil for anything that is not one whole document in UTF-8 or an encoding that keeps ASCII, or that declares a type, which could
    ///   define entities.
    public init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= 16 << 20, Self.isPlain(bytes) else { return nil }
        let options = Int32(bitPattern: XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
        let document = bytes.withUnsafeBytes {
            xmlReadMemory($0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), nil, nil, options)
        }
        guard let document else { return nil }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document) else { return nil }
        self.init(root, depth: 1)
    }

    private init?(_ node: xmlNodePtr, depth: Int) {
        guard depth <= Self.depthMax else { return nil }
        name = Self.string(node.pointee.name)
        attributes = []
        children = []
        text = ""
        var attribute = node.pointee.properties
        while let current = attribute {
            attributes.append((Self.string(current.pointee.name), Self.text(current.pointee.children)))
            attribute = current.pointee.next
        }
        var child = node.pointee.children
        while let current = child {
            switch current.pointee.type {
            case XML_ELEMENT_NODE:
                guard let element = XMLTree(current, depth: depth + 1) else { return nil }
                children.append(element)
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: text += Self.string(current.pointee.content)
            default: break
            }
            child = current.pointee.next
        }
    }

    /// No document type, no tag of excessive length, no encoding of more than a byte for `<`.
    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        var tag = 0
        var quote: UInt8?
        for byte in bytes {
            if byte == 0 { return false }
            if byte == UInt8(ascii: "<") {
                // It cannot stand in an attribute's value: another tag begins.
                (tag, quote) = (1, nil)
            } else if tag > 0 {
                if byte == quote {
                    quote = nil
                } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else if quote == nil, byte == UInt8(ascii: ">") {
                    tag = 0
                    continue
                }
                tag += 1
                if tag > tagBytesMax { return false }
            }
        }
        let mark = Array("<!DOCTYPE".utf8)
        return !bytes.indices.contains { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
    }

    private static func string(_ pointer: UnsafePointer<xmlChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    private static func string(_ pointer: UnsafeMutablePointer<xmlChar>?) -> String { string(pointer.map { UnsafePointer($0) }) }

    private static func text(_ first: xmlNodePtr?) -> String {
        var result = ""
        var node = first
        while let current = node {
            result += string(current.pointee.content)
            node = current.pointee.next
        }
        return result
    }

    public static func == (left: XMLTree, right: XMLTree) -> Bool {
        left.name == right.name && left.text == right.text && left.children == right.children
            && left.attributes.elementsEqual(right.attributes) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(text)
        hasher.combine(children)
    }
}
