internal import ParleyCore

/// What must hold of a request before libcurl sees it: libcurl writes headers and methods as they are, line ends included.
extension OutboundRequest {
    /// - Throws: ``TransferFailure/Reason/malformed``.
    func check() throws(TransferFailure) {
        guard Self.isToken(method), method != "CONNECT" else { throw malformed("the method is not one that can be sent") }
        guard isHead ? body?.isEmpty ?? true : true else { throw malformed("a HEAD request carries no body") }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
            throw malformed("the URL is neither http nor https")
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw malformed("the URL holds characters that must be escaped") }
        for header in headers { try check(header) }
    }

    var isHead: Bool { method == "HEAD" }

    /// True for methods that may be repeated without a second effect, RFC 9110 §9.2.2.
    var isIdempotent: Bool { ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(method) }

    func hasHeader(_ name: String) -> Bool { headers.contains { $0.name.lowercased() == name } }

    private func check(_ header: HeaderField) throws(TransferFailure) {
        guard Self.isToken(header.name) else { throw malformed("a header's name is not a token") }
        guard header.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
            throw malformed("the header \(header.name) holds control characters")
        }
        // Whoever counts the body twice may count it differently, and a server would take the rest for another request.
        switch header.name.lowercased() {
        case "content-length" where header.value != String(body?.count ?? 0), "transfer-encoding":
            throw malformed("the header \(header.name) contradicts the body")
        default: break
        }
    }

    /// `token` of RFC 9110 §5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private func malformed(_ detail: String) -> TransferFailure { TransferFailure(.malformed, mayHaveLeft: false, detail: detail) }
}
