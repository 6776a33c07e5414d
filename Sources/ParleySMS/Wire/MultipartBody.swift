import ParleyCore

/// Writes a body of type multipart/form-data (RFC 7578).
enum MultipartBody {
    /// A boundary that stands nowhere in the values is found by counting, so that the same request is the same bytes.
    static func encode(_ fields: [Parameter]) -> (contentType: String, body: [UInt8]) {
        var number = 0
        while fields.contains(where: { $0.value.firstRange(of: Array(Self.boundary(number).utf8)) != nil }) { number += 1 }
        let boundary = Self.boundary(number)
        var body: [UInt8] = []
        for field in fields {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(field.name))\"\r\n\r\n".utf8)
            body += field.value + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    /// The fields of a body that ``encode(_:)`` made.
    static func decode(_ body: [UInt8], contentType: String) -> [Parameter]? {
        guard let start = contentType.firstRange(of: "boundary=") else { return nil }
        let mark = Array("--\(contentType[start.upperBound...])".utf8)
        var rest = body[...]
        var fields: [Parameter] = []
        guard rest.starts(with: mark) else { return nil }
        rest = rest.dropFirst(mark.count)
        while rest.starts(with: Array("\r\n".utf8)) {
            guard let head = rest.firstRange(of: Array("\r\n\r\n".utf8)),
                let end = rest[head.upperBound...].firstRange(of: Array("\r\n".utf8) + mark)
            else { return nil }
            let line = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            guard let name = line.firstRange(of: "name=\"") else { return nil }
            let text = line[name.upperBound...].prefix { $0 != "\"" }
            let decoded = String(decoding: PercentEncoding.decode(text, plusIsSpace: false), as: UTF8.self)
            fields.append(Parameter(name: decoded, value: Array(rest[head.upperBound..<end.lowerBound])))
            rest = rest[end.upperBound...]
        }
        return rest.starts(with: Array("--".utf8)) ? fields : nil
    }

    private static func boundary(_ number: Int) -> String { "parley-boundary-\(number)" }

    /// As browsers escape a name (WHATWG HTML, multipart/form-data encoding algorithm).
    private static func quoted(_ name: String) -> String {
        name.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }
}
