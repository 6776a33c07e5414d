/// A URL as it may be written to a log: without user info, query and fragment, which is where credentials and personal data travel.
public struct RedactedURL: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// Takes any text, also one that is no URL; characters that could forge a log line become `?`.
    public init(_ url: String) {
        var bytes = Array(url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        let authority = Self.authority(of: bytes)
        if let at = bytes[authority].lastIndex(of: UInt8(ascii: "@")) {
            bytes.removeSubrange(authority.lowerBound...at)
        }
        description = String(decoding: bytes.map { $0 > 0x20 && $0 != 0x7F ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// From behind `//` to the path; the whole text where there is no `//`, so that `user:secret@host` is cut as well. A backslash does not
    /// end it: parsers disagree on it, and taking too much away is the safe side.
    private static func authority(of bytes: [UInt8]) -> Range<Int> {
        let slash = UInt8(ascii: "/")
        let start = bytes.indices.first { $0 + 1 < bytes.count && bytes[$0] == slash && bytes[$0 + 1] == slash }.map { $0 + 2 } ?? 0
        let end = bytes[start...].firstIndex(of: slash) ?? bytes.count
        return start..<end
    }
}
