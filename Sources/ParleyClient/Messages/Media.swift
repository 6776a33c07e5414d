public import Foundation

/// A medium of a message.
public struct Media: Sendable {
    /// What it is to its message (contract: SDK §8).
    public enum Category: String, Sendable, Hashable {
        /// An attachment, or the body or the quoted history of a mail. What applications send is `media`.
        case media, body, history
    }

    let facts: MediaFacts
    let core: ClientCore

    /// Names it for good; starts with ME.
    public var sid: String { facts.sid }
    /// As its sender named it; nil when it has no name.
    public var filename: String? { facts.filename }
    /// Such as `image/png`; `application/octet-stream` when the gateway does not say.
    public var contentType: String { facts.contentType }
    /// In bytes.
    public var size: Int { facts.size }
    /// What it is to its message; `media` when the gateway does not say.
    public var category: Category { facts.category }

    /// Where the bytes can be fetched without a token for some minutes; another URL each time.
    public func getContentTemporaryUrl() async throws -> URL { try await core.temporaryURL(of: sid) }

    /// The bytes.
    ///
    /// - Throws: `ConversationsError` with code 50512 when there are more than `Options.mediaBytesMax`.
    public func getContent() async throws -> [UInt8] { try await core.content(of: sid) }
}
