import CParleyGMime

/// The MIME tree of a mail as values, read out of GMime once.
struct MIMENode {
    /// Lower case, such as `text` and `plain`.
    var media: String
    var subtype: String
    /// Parameters of Content-Type that matter for text.
    var charset: String?
    var isFlowed = false
    var deletesSpace = false
    /// Lower case; nil when there is none.
    var disposition: String?
    /// As declared, decoded, not sanitised.
    var filename: String?
    var contentID: String?
    /// Decoded bytes of a leaf; of an attached message its own bytes.
    var content: [UInt8] = []
    var children: [MIMENode] = []

    var isMultipart: Bool { media == "multipart" }
    var type: String { "\(media)/\(subtype)" }

    /// Nil when GMime finds no message. Call only after ``MIMEPrescan`` passed.
    static func parse(_ raw: [UInt8]) -> MIMENode? {
        GMime.start()
        let source = raw.withUnsafeBytes {
            g_mime_stream_mem_new_with_buffer($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard let source else { return nil }
        defer { g_object_unref(source) }
        guard let parser = g_mime_parser_new_with_stream(source) else { return nil }
        defer { g_object_unref(parser) }
        guard let message = g_mime_parser_construct_message(parser, nil) else { return nil }
        defer { g_object_unref(message) }
        guard let root = g_mime_message_get_mime_part(message) else { return nil }
        return MIMENode(root, depth: 0)
    }

    /// Levels that are read; the prescan has refused deeper ones before, unless it was misled.
    private static let depthMax = 100

    private init(_ object: UnsafeMutablePointer<GMimeObject>, depth: Int) {
        let type = g_mime_object_get_content_type(object)
        media = type.flatMap { g_mime_content_type_get_media_type($0) }.map { String(cString: $0).lowercased() } ?? "text"
        subtype = type.flatMap { g_mime_content_type_get_media_subtype($0) }.map { String(cString: $0).lowercased() } ?? "plain"
        let parameter = { (name: String) in
            g_mime_object_get_content_type_parameter(object, name).map { String(cString: $0) }
        }
        charset = parameter("charset")
        isFlowed = parameter("format")?.lowercased() == "flowed"
        deletesSpace = parameter("delsp")?.lowercased() == "yes"
        disposition = g_mime_object_get_disposition(object).map { String(cString: $0).lowercased() }
        contentID = g_mime_object_get_content_id(object).map { String(cString: $0) }
        filename = Self.filename(object)

        if parley_is_multipart(object) != 0 {
            readMultipart(parley_multipart(object), depth: depth)
        } else if parley_is_message_part(object) != 0 {
            if let message = g_mime_message_part_get_message(parley_message_part(object)) {
                content = Self.written { g_mime_object_write_to_stream(parley_object(message), nil, $0) }
            }
        } else if parley_is_part(object) != 0, let wrapper = g_mime_part_get_content(parley_part(object)) {
            content = Self.written { g_mime_data_wrapper_write_to_stream(wrapper, $0) }
        }
    }

    /// The `filename` of Content-Disposition, else the `name` of Content-Type.
    private static func filename(_ object: UnsafeMutablePointer<GMimeObject>) -> String? {
        if let value = collapsedHeader("Content-Disposition", of: object),
            let disposition = GMime.withCString(value, { g_mime_content_disposition_parse(nil, $0) })
        {
            defer { g_object_unref(disposition) }
            if let name = g_mime_content_disposition_get_parameter(disposition, "filename") { return String(cString: name) }
        }
        guard let value = collapsedHeader("Content-Type", of: object),
            let type = GMime.withCString(value, { g_mime_content_type_parse(nil, $0) })
        else { return nil }
        defer { g_object_unref(type) }
        return g_mime_content_type_get_parameter(type, "name").map { String(cString: $0) }
    }

    /// The value as it was sent, with its encoded words made one; see ``EncodedWords``.
    private static func collapsedHeader(_ name: String, of object: UnsafeMutablePointer<GMimeObject>) -> [UInt8]? {
        guard let header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name),
            let raw = g_mime_header_get_raw_value(header)
        else { return nil }
        let value = UnsafeRawBufferPointer(start: raw, count: strlen(raw)).filter { $0 != 0x0D && $0 != 0x0A }
        return EncodedWords.collapsed(HeaderDecoder.utf8(value))
    }

    private mutating func readMultipart(_ multipart: UnsafeMutablePointer<GMimeMultipart>?, depth: Int) {
        guard let multipart, depth < Self.depthMax else { return }
        for index in 0..<max(0, g_mime_multipart_get_count(multipart)) {
            guard let part = g_mime_multipart_get_part(multipart, index) else { continue }
            children.append(MIMENode(part, depth: depth + 1))
        }
        // A boundary that never comes leaves everything in the preamble: better shown as text than lost.
        if children.isEmpty, let preamble = g_mime_multipart_get_prologue(multipart) {
            media = "text"
            subtype = "plain"
            content = Array(String(cString: preamble).utf8)
        }
    }

    /// The bytes that GMime writes to a stream in memory.
    private static func written(_ write: (UnsafeMutablePointer<GMimeStream>) -> Int) -> [UInt8] {
        guard let stream = g_mime_stream_mem_new() else { return [] }
        defer { g_object_unref(stream) }
        _ = write(stream)
        return UnsafeMutableRawPointer(stream).withMemoryRebound(to: GMimeStreamMem.self, capacity: 1) { memory in
            guard let array = g_mime_stream_mem_get_byte_array(memory), let data = array.pointee.data else { return [] }
            return Array(UnsafeBufferPointer(start: data, count: Int(array.pointee.len)))
        }
    }
}
