import Crypto
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// A request that asks for a WebSocket of the realtime feed (RFC 6455 §4.2.1).
struct RealtimeHandshake: Sendable {
    private let headers: HTTPHeaders
    private let key: String

    static let path = "/v1/realtime"
    static let version = "13"
    /// The subprotocol, and the prefix of the one in which a browser hides its token.
    private static let subprotocol = "parley.v1"
    private static let tokenPrefix = "parley.token."

    /// Nil for every other request, also for a WebSocket that is asked for in another form than the RFC's: it is answered as HTTP.
    init?(_ head: HTTPRequestHead) {
        let target = head.uri.prefix { $0 != "?" }
        guard head.method == .GET, target == RealtimeHandshake.path, head.version == .http1_1,
            RealtimeHandshake.asksForUpgrade(head), head.headers.words("upgrade").contains("websocket"),
            head.headers["sec-websocket-version"] == [RealtimeHandshake.version], !head.headers.contains(name: "transfer-encoding"),
            head.headers["content-length"].allSatisfy({ $0 == "0" })
        else { return nil }
        let keys = head.headers["sec-websocket-key"]
        guard keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16 else { return nil }
        headers = head.headers
        self.key = key
    }

    /// True when the parser of HTTP takes what follows the request for another protocol.
    static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "upgrade") && head.headers.words("connection").contains("upgrade")
    }

    /// The request's fields, with the token of a browser where `Authorization` has it.
    var fields: HTTPFields {
        var fields = HTTPFields(headers, splitCookie: false)
        guard fields[.authorization] == nil, !headers.contains(name: "x-twilio-token") else { return fields }
        let tokens = offered.filter { $0.hasPrefix(RealtimeHandshake.tokenPrefix) }
        guard let token = tokens.first else { return fields }
        // Two tokens are as wrong as two headers would be.
        fields[.authorization] = "Bearer " + (tokens.count == 1 ? token.dropFirst(RealtimeHandshake.tokenPrefix.count) : "")
        return fields
    }

    /// The head that says that the protocol is another one from here on.
    var acceptance: HTTPResponseHead {
        var headers: HTTPHeaders = [
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": RealtimeHandshake.accept(key),
        ]
        if offered.contains(RealtimeHandshake.subprotocol) {
            headers.add(name: "Sec-WebSocket-Protocol", value: RealtimeHandshake.subprotocol)
        }
        return HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
    }

    /// The proof that the key was read (RFC 6455 §4.2.2).
    private static func accept(_ key: String) -> String {
        Data(Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))).base64EncodedString()
    }

    private var offered: [String] { headers[canonicalForm: "sec-websocket-protocol"].map { String($0) } }
}

extension HTTPHeaders {
    /// The elements of a list, in lower case.
    fileprivate func words(_ name: String) -> [String] { self[canonicalForm: name].map { $0.lowercased() } }
}
