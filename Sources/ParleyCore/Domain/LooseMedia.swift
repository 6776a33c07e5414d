/// Bytes in the media store that a row has let go of. They are removed once no other row needs them.
public struct LooseMedia: Sendable, Hashable {
    public var key: MediaKey
    /// True while another row has them.
    public var isUsed: Bool

    public init(key: MediaKey, isUsed: Bool) {
        self.key = key
        self.isUsed = isUsed
    }
}
