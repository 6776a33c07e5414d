/// An inbound fact whose media and long raw form are kept already. Its coded form, which an inbox row keeps while it waits for a decision, has all
/// but the raw form, which stands in the row itself.
public struct PreparedInbound: Sendable, Hashable, Codable {
    public var fact: InboundFact
    /// The media, in order. Their bytes survive a power cut.
    public var media: [Kept]
    /// Where the raw form lies when it is too long for the database.
    public var rawKey: MediaKey?

    /// A medium that lies in the media store and belongs to no message yet.
    public struct Kept: Sendable, Hashable, Codable {
        public var key: MediaKey
        public var contentType: String
        public var filename: String?
        /// In bytes.
        public var size: Int

        public init(key: MediaKey, contentType: String, filename: String?, size: Int) {
            self.key = key
            self.contentType = contentType
            self.filename = filename
            self.size = size
        }
    }

    public init(fact: InboundFact, media: [Kept] = [], rawKey: MediaKey? = nil) {
        self.fact = fact
        self.media = media
        self.rawKey = rawKey
    }
}
