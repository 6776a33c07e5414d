public import Foundation

/// A medium to send.
public struct SendMediaOptions: Sendable, Hashable {
    /// Such as `image/png`; refused when empty.
    public var contentType: String
    /// As receivers see it; nil: it has no name.
    public var filename: String?
    /// Refused when empty.
    public var media: [UInt8]

    /// Bytes. Nothing is checked before it is sent.
    public init(contentType: String, filename: String? = nil, media: [UInt8]) {
        self.contentType = contentType
        self.filename = filename
        self.media = media
    }

    /// The data's bytes.
    public init(contentType: String, filename: String? = nil, media: Data) {
        self.init(contentType: contentType, filename: filename, media: Array(media))
    }

    /// The text's UTF-8.
    public init(contentType: String, filename: String? = nil, media: String) {
        self.init(contentType: contentType, filename: filename, media: Array(media.utf8))
    }

    func check() throws(ConversationsError) {
        try Check.notEmpty(contentType, "contentType")
        guard contentType.utf8.count <= 255, contentType.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw .argument("contentType", "a media type such as image/png")
        }
        guard !media.isEmpty else { throw .argument("media", "at least one byte") }
    }
}

/// Several media to send as one message.
public struct MultipartForm: Sendable, Hashable {
    /// In the order in which they were appended; at most 10 can be sent.
    public private(set) var files: [SendMediaOptions]

    /// These, in their order. Nothing is checked before it is sent.
    public init(_ files: [SendMediaOptions] = []) { self.files = files }

    /// None yet; empty it is refused when it is sent.
    public init() { files = [] }

    /// - Parameter name: of the form's field; it is not sent.
    public mutating func append(name: String, contentType: String, filename: String? = nil, media: [UInt8]) {
        files.append(SendMediaOptions(contentType: contentType, filename: filename, media: media))
    }

    static let filesMax = 10

    func check() throws(ConversationsError) {
        guard (1...MultipartForm.filesMax).contains(files.count) else {
            throw .argument("media", "1 to \(MultipartForm.filesMax) files")
        }
        for file in files { try file.check() }
    }
}
