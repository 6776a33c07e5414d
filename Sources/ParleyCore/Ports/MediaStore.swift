/// Where the bytes of media lie.
public protocol MediaStore: Sendable {
    /// Opens a place for new bytes of unknown length.
    func receive() throws(MediaFailure) -> any MediaReception

    /// Reads a range of a medium's bytes; what lies beyond the end is left out.
    func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8]

    /// The number of bytes kept under a key, nil when there are none.
    func size(of key: MediaKey) throws(MediaFailure) -> Int?

    /// Forgets a medium. Nothing happens when there is none.
    func remove(_ key: MediaKey) throws(MediaFailure)
}

extension MediaStore {
    /// Keeps bytes that are in memory already.
    public func keep(_ bytes: [UInt8]) throws(MediaFailure) -> MediaKey {
        var reception = try receive()
        try reception.write(bytes)
        return try reception.finish()
    }

    /// All bytes of a medium.
    public func read(_ key: MediaKey) throws(MediaFailure) -> [UInt8] {
        guard let size = try size(of: key) else { throw MediaFailure("no such medium") }
        return try read(key, range: 0..<size)
    }
}

/// Bytes that are being received. Unless it is finished, nothing is kept.
public protocol MediaReception: Sendable {
    mutating func write(_ bytes: [UInt8]) throws(MediaFailure)
    /// Returns when the bytes survive a power cut.
    mutating func finish() throws(MediaFailure) -> MediaKey
    mutating func abandon()
}

/// The media store could not do what was asked.
public struct MediaFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
