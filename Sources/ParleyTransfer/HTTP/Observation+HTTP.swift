internal import CParleyCurl
internal import ParleyCore

/// The answer in what was seen of an HTTP transfer.
extension Observation {
    func answer(to request: OutboundRequest) throws(TransferFailure) -> OutboundAnswer {
        let subject = "\(request.method) \(RedactedURL(request.url))"
        let mayHaveLeft = requestsBegun > 0
        switch end {
        case .cancelled: throw cancellation(mayHaveLeft: mayHaveLeft, subject: subject)
        case .finished(CURLE_OK): return OutboundAnswer(status: status, headers: Self.headers(lines), body: body)
        case .finished(let code): throw failure(code, mayHaveLeft: mayHaveLeft, subject: subject)
        }
    }

    /// The fields of the final answer: interim ones (1xx) come before it with their own, and trailers after its empty line.
    static func headers(_ lines: [[UInt8]]) -> [HeaderField] {
        let start = lines.lastIndex { $0.starts(with: Array("HTTP/".utf8)) }.map { $0 + 1 } ?? 0
        var fields: [HeaderField] = []
        for line in lines[start...].prefix(while: { !$0.isEmpty }) {
            let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
            if let first = line.first, blank(first), let last = fields.indices.last {
                // A folded line, RFC 9112 §5.2.
                fields[last].value += " " + String(decoding: line.drop(while: blank), as: UTF8.self)
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                var value = line[(colon + 1)...].drop(while: blank)
                while let last = value.last, blank(last) { value.removeLast() }
                fields.append(HeaderField(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
            }
        }
        return fields
    }
}
