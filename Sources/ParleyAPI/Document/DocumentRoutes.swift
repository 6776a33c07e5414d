import Foundation
import HTTPTypes
import Hummingbird
import ParleyCore
import Synchronization

/// `GET /v1/openapi.json`: the API's own description. It needs no credentials, for it says nothing of an installation but where its API is.
struct DocumentRoutes: Sendable {
    private let document: RenderedDocument

    init(configuration: APIConfiguration) { document = RenderedDocument(apiURL: configuration.apiURL) }

    var routes: [Route] {
        [
            Route(.get, "v1/openapi.json") { [document] exchange in
                let (bytes, tag) = document.rendered
                let headers: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
                if DocumentRoutes.holds(exchange.request.headers[values: .ifNoneMatch], tag) {
                    return Answer(status: 304, headers: headers)
                }
                var answer = Answer.json(bytes: bytes, status: 200)
                for field in headers { answer.headers[field.name] = field.value }
                return answer
            }
        ]
    }

    /// Whether the caller has what it would get (RFC 9110 §13.1.2): the comparison is the weak one.
    private static func holds(_ conditions: [String], _ tag: String) -> Bool {
        conditions.joined(separator: ",").split(separator: ",").contains { condition in
            ["*", tag, "W/" + tag].contains(condition.trimmingCharacters(in: .whitespaces))
        }
    }
}

/// The document's bytes, made when they are first asked for and kept.
private final class RenderedDocument: Sendable {
    private let apiURL: String
    private let kept = Mutex<(bytes: [UInt8], tag: String)?>(nil)

    init(apiURL: String) { self.apiURL = apiURL }

    var rendered: (bytes: [UInt8], tag: String) {
        kept.withLock { kept in
            if let kept { return kept }
            let bytes = APIDocument.document(apiURL: apiURL).bytes
            let made = (bytes, "\"\(ContentDigest.hex(of: bytes))\"")
            kept = made
            return made
        }
    }
}
