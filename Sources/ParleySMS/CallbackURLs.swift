/// The URLs at which a provider reaches an adapter.
public struct CallbackURLs: Sendable, Hashable {
    public var inbound: String
    public var receipts: String

    /// `{publicURL}/adapters/{name}/{inbound|receipts}[/{secret}]`
    public init(publicURL: String, adapter: String, secret: String?) {
        let base = String(publicURL.reversed().drop { $0 == "/" }.reversed()) + "/adapters/" + PercentEncoding.encode(adapter)
        let end = secret.map { "/" + PercentEncoding.encode($0) } ?? ""
        inbound = base + "/inbound" + end
        receipts = base + "/receipts" + end
    }
}
