/// The target of a request, split into its path's segments and its query.
struct RequestPath: Sendable {
    /// The path as it came, still percent-encoded.
    let raw: String
    /// The query as it came, without the question mark; empty when there is none.
    let query: String
    /// The segments, percent-decoded. Nil when one cannot be decoded: such a path names nothing.
    let segments: [String]?

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        raw = parts.first.map(String.init) ?? ""
        query = parts.count > 1 ? String(parts[1]) : ""
        let pieces = raw.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let decoded = pieces.compactMap { PercentEncoding.decode($0.utf8, plusIsSpace: false) }
        segments = raw.hasPrefix("/") && decoded.count == pieces.count ? decoded : nil
    }

    /// The path as error messages have it, without `/v1`.
    var withoutVersion: String { raw.hasPrefix("/v1/") ? String(raw.dropFirst(3)) : raw }
}
