import CParleyGMime

/// Counts parts, nesting and header fields in one pass before GMime sees the bytes: a million parts would cost it seconds, and
/// thousands of address groups within each other its stack.
struct MIMEPrescan {
    private enum Level {
        /// A multipart with its delimiter, `--` included.
        case multipart(delimiter: [UInt8], isDigest: Bool)
        /// An attached message.
        case message
    }

    private let limits: MailLimits
    private var levels: [Level] = []
    private var parts = 1
    private var isHeader = true
    private var fields = 0
    private var headerStart = 0
    /// The field that is being read, when it is one that matters here: an address field or Content-Type.
    private var field: (isAddress: Bool, value: [UInt8], colons: Int)?
    private var contentType: [UInt8]?

    /// The first limit that the mail breaks, or nil. Linear in the size of the mail.
    static func problem(in raw: [UInt8], limits: MailLimits) -> MailProblem? {
        GMime.start()
        var scan = MIMEPrescan(limits: limits)
        var lines = MailLines(raw[...])
        while let line = lines.next() {
            if let problem = scan.take(line.content, at: line.start) { return problem }
        }
        return scan.finishField()
    }

    private init(limits: MailLimits) { self.limits = limits }

    private static let addressFields: Set<String> = [
        "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-sender",
    ]
    private static let colonsMax = 500
    private static let contentTypeMax = 16 * 1024

    private mutating func take(_ line: ArraySlice<UInt8>, at start: Int) -> MailProblem? {
        if line.first == 0x2D, let (depth, isFinal) = delimiter(line) {
            if let problem = finishField() { return problem }
            return startPart(depth, isFinal: isFinal, at: start)
        }
        if line.isEmpty {
            if let problem = finishField() { return problem }
            return isHeader ? endHeader(at: start) : nil
        }
        if isHeader, start - headerStart > limits.headerBytesMax { return .headerTooLong }
        if line.first == 0x20 || line.first == 0x09 {
            if let isAddress = field?.isAddress {
                if isAddress {
                    field?.colons += line.count(where: { $0 == 0x3A })
                } else if line.count + (field?.value.count ?? 0) <= Self.contentTypeMax {
                    field?.value += line
                } else {
                    return .headerTooLong
                }
            }
            return nil
        }
        if let problem = finishField() { return problem }
        guard let (name, rest) = MailHeaderBlock.split(line) else { return nil }
        if isHeader {
            fields += 1
            if fields > limits.headersMax { return .tooManyHeaders }
        }
        if Self.addressFields.contains(name) {
            // In bodies too: GMime may take for a header what is none here.
            field = (true, [], rest.count(where: { $0 == 0x3A }))
        } else if isHeader, name == "content-type" {
            guard rest.count <= Self.contentTypeMax else { return .headerTooLong }
            field = (false, Array(rest), 0)
        }
        return nil
    }

    private mutating func finishField() -> MailProblem? {
        defer { field = nil }
        guard let field else { return nil }
        if field.isAddress { return field.colons > Self.colonsMax ? .addressTooComplex : nil }
        if contentType == nil { contentType = field.value }
        return nil
    }

    /// The innermost multipart that this line delimits (RFC 2046 §5.1.1; trailing blanks are padding).
    private func delimiter(_ line: ArraySlice<UInt8>) -> (depth: Int, isFinal: Bool)? {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
        for (depth, level) in levels.enumerated().reversed() {
            guard case .multipart(let delimiter, _) = level, line.starts(with: delimiter) else { continue }
            let rest = line.dropFirst(delimiter.count)
            if rest.isEmpty { return (depth, false) }
            if rest.elementsEqual([0x2D, 0x2D]) { return (depth, true) }
        }
        return nil
    }

    private mutating func startPart(_ depth: Int, isFinal: Bool, at start: Int) -> MailProblem? {
        levels.removeLast(levels.count - depth - (isFinal ? 0 : 1))
        contentType = nil
        fields = 0
        isHeader = !isFinal
        headerStart = start
        if isFinal { return nil }
        parts += 1
        return parts > limits.partsMax ? .tooManyParts : nil
    }

    private mutating func endHeader(at start: Int) -> MailProblem? {
        isHeader = false
        fields = 0
        defer { contentType = nil }
        var isDigest = false
        if case .multipart(_, true)? = levels.last { isDigest = true }
        let type = contentType.map(ContentType.init)
        if let type, type.isMultipart {
            guard let boundary = type.boundary, !boundary.isEmpty else { return nil }
            levels.append(.multipart(delimiter: [0x2D, 0x2D] + boundary, isDigest: type.isDigest))
        } else if type?.isMessage ?? isDigest {
            levels.append(.message)
            isHeader = true
            headerStart = start
            parts += 1
        }
        if parts > limits.partsMax { return .tooManyParts }
        return levels.count > limits.nestingMax ? .nestingTooDeep : nil
    }
}

/// What matters of a Content-Type, read by GMime itself so that both see the same boundary.
private struct ContentType {
    var isMultipart = false
    var isDigest = false
    var isMessage = false
    var boundary: [UInt8]?

    init(_ value: [UInt8]) {
        let text = value.filter { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
        guard let type = g_mime_content_type_parse(nil, text) else { return }
        defer { g_object_unref(type) }
        let media = g_mime_content_type_get_media_type(type).map { String(cString: $0).lowercased() }
        let subtype = g_mime_content_type_get_media_subtype(type).map { String(cString: $0).lowercased() }
        isMultipart = media == "multipart"
        isDigest = isMultipart && subtype == "digest"
        isMessage = media == "message" && ["rfc822", "news", "global"].contains(subtype ?? "")
        if let parameter = g_mime_content_type_get_parameter(type, "boundary") {
            boundary = Array(UnsafeBufferPointer(start: parameter, count: strlen(parameter)).map { UInt8(bitPattern: $0) })
        }
    }
}
