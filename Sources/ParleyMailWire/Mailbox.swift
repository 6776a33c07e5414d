/// One address of a header with its display name (RFC 5322 §3.4).
public struct Mailbox: Sendable, Hashable {
    /// Display name as people read it, decoded; nil or empty for none.
    public var name: String?
    /// `local@domain` without angle brackets.
    public var address: String

    public init(name: String? = nil, address: String) {
        self.name = name
        self.address = address
    }
}
