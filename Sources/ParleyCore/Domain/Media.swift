/// A medium's row. The bytes lie in the media store under `key`.
public struct Media: Sendable, Hashable, Codable {
    public let sid: SID
    /// The service it was uploaded to, or whose conversation it came into.
    public let service: SID
    /// The media store's name for the bytes.
    public let key: MediaKey
    /// MIME type, such as `image/png`.
    public var contentType: String
    /// In bytes.
    public let size: Int
    public var filename: String?
    /// The contract's category: media, body or history.
    public var category: Category
    public var author: String?
    public let created: Instant
    /// The message it belongs to; a medium belongs to one at most.
    public var message: SID?

    public enum Category: String, Sendable, Codable, CaseIterable {
        case media
        case body
        case history
    }

    public init(
        sid: SID, service: SID, key: MediaKey, contentType: String, size: Int, filename: String? = nil, category: Category = .media,
        author: String? = nil,
        created: Instant, message: SID? = nil
    ) {
        self.sid = sid
        self.service = service
        self.key = key
        self.contentType = contentType
        self.size = size
        self.filename = filename
        self.category = category
        self.author = author
        self.created = created
        self.message = message
    }
}

/// The name of bytes in a media store: the SHA-256 of the content in lower-case hexadecimal.
public struct MediaKey: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    /// Nil unless the text is 64 lower-case hexadecimal digits, so that a key can never name a path of its own.
    public init?(rawValue: String) {
        let valid = rawValue.utf8.count == 64 && rawValue.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
        guard valid else { return nil }
        self.rawValue = rawValue
    }
}
