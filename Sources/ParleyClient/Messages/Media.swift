public import Foundation

/// A medium of a message.
public struct Media: Sendable {
    public enum Category: String, Sendable, Hashable {
        case media, body, history
    }

    let facts: MediaFacts
    let core: ClientCore

    public var sid: String { facts.sid }
    public var filename: String? { facts.filename }
    public var contentType: String { facts.contentType }
    /// In bytes.
    public var size: Int { facts.size }
    public var category: Category { facts.category }

    /// Where the bytes can be fetched without a token for some minutes; another URL each time.
    public func getContentTemporaryUrl() async throws -> URL { try await core.temporaryURL(of: sid) }

    /// The bytes.
    ///
    /// - Throws: `ConversationsError` with code 50512 when there are more than `Options.mediaBytesMax`.
    public func getContent() async throws -> [UInt8] { try await core.content(of: sid) }
}
