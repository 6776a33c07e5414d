import HTTPTypes
import Hummingbird
import NIOCore
import ParleyCore

/// The answer with a medium's bytes. A stranger chose them and their type: browsers are told to save them, and to guess nothing.
struct MediaContent: Sendable {
    let media: Media
    let store: any MediaStore

    /// Of one piece that is read and written, in bytes.
    private static let pieceBytes = 256 * 1024

    func answer(to headers: HTTPFields) async throws -> Answer {
        let (store, key) = (store, media.key)
        guard let size = try await Blocking.run({ try store.size(of: key) }) else {
            throw MediaFailure("the bytes of \(media.sid) are missing")
        }
        let tag = "\"\(media.key.rawValue)\""
        var fields: HTTPFields = [
            .contentType: media.contentType, .acceptRanges: "bytes", .eTag: tag, .cacheControl: "private, max-age=300",
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; sandbox",
            .contentDisposition: ContentDisposition.attachment(media.filename),
        ]
        // A range of other bytes than the caller has seen would be no part of the same whole (RFC 9110 §13.1.5).
        let condition = headers[.ifRange]
        let range = condition == nil || condition == tag ? ByteRange.read(headers[.range], size: size) : .whole
        switch range {
        case .whole:
            return Answer(status: 200, headers: fields, body: .stream(body(0..<size)))
        case .part(let part):
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
            return Answer(status: 206, headers: fields, body: .stream(body(part)))
        case .unsatisfiable:
            return Answer(status: 416, headers: [.contentRange: "bytes */\(size)"])
        }
    }

    private func body(_ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { [store, key = media.key] writer in
            var position = range.lowerBound
            while position < range.upperBound {
                let piece = position..<min(position + MediaContent.pieceBytes, range.upperBound)
                let bytes = try await Blocking.run { try store.read(key, range: piece) }
                guard !bytes.isEmpty else { throw MediaFailure("a medium is shorter than it was") }
                try await writer.write(ByteBuffer(bytes: bytes))
                position += bytes.count
            }
            try await writer.finish(nil)
        }
    }
}
