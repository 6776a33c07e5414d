import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ParleyCore
import Testing

/// A client of the API.
struct Caller: Sendable {
    let client: any TestClientProtocol
    var authorization: String? = Caller.basic(Installation.account.text, Installation.token)

    static func basic(_ name: String, _ secret: String) -> String { "Basic " + Data("\(name):\(secret)".utf8).base64EncodedString() }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Reply { try await send(.get, path, headers) }

    func delete(_ path: String) async throws -> Reply { try await send(.delete, path) }

    /// Sends a form.
    func post(_ path: String, _ form: KeyValuePairs<String, String> = [:], _ headers: HTTPFields = [:]) async throws -> Reply {
        let body = form.map { "\(Caller.encode($0))=\(Caller.encode($1))" }.joined(separator: "&")
        return try await post(path, text: body, headers)
    }

    /// Sends a form as it is.
    func post(_ path: String, text: String, _ headers: HTTPFields = [:]) async throws -> Reply {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await send(.post, path, headers, Array(text.utf8))
    }

    func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: [UInt8]? = nil) async throws -> Reply {
        var headers = headers
        if let authorization, headers[.authorization] == nil { headers[.authorization] = authorization }
        let path = path.hasPrefix(Installation.apiURL) ? String(path.dropFirst(Installation.apiURL.count)) : path
        let response = try await client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        let reply = Reply(status: response.status.code, headers: response.headers, body: Array(response.body.readableBytesView))
        DocumentedAnswers.expect(method, path, reply)
        return reply
    }

    static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// A new conversation's SID.
    func conversation(_ form: KeyValuePairs<String, String> = [:]) async throws -> String {
        try await #require(post("/v1/Conversations", form).string("sid"))
    }

    /// A new conversation with people outside, under the carrier's number.
    func conversation(with phones: [String]) async throws -> String {
        let sid = try await conversation()
        for phone in phones {
            let reply = try await post(
                "/v1/Conversations/\(sid)/Participants",
                ["MessagingBinding.Address": phone, "MessagingBinding.ProxyAddress": "+15550100000"])
            #expect(reply.status == 201)
        }
        return sid
    }
}

struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: [String: Any] { ((try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]) ?? [:] }

    func string(_ path: String...) -> String? { value(path) as? String }

    func integer(_ path: String...) -> Int? { value(path) as? Int }

    func isNull(_ name: String) -> Bool { json[name] is NSNull }

    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }

    func strings(_ name: String, _ field: String) -> [String] { list(name).compactMap { $0[field] as? String } }

    /// Up to which event the answer tells everything; nil when it does not say.
    var position: Int64? { HTTPField.Name("Parley-Position").flatMap { headers[$0] }.flatMap { Int64($0) } }

    private func value(_ path: [String]) -> Any? {
        path.reduce(json as Any?) { ($0 as? [String: Any])?[$1] }
    }

    /// Checks the error's whole form.
    func expectError(_ status: Int, _ code: Int, _ fragment: String = "", _ location: SourceLocation = #_sourceLocation) {
        #expect(self.status == status, "\(text)", sourceLocation: location)
        #expect(integer("code") == code, "\(text)", sourceLocation: location)
        #expect(integer("status") == status, sourceLocation: location)
        #expect(string("more_info") == "https://www.twilio.com/docs/errors/\(code)", sourceLocation: location)
        #expect(Set(json.keys) == ["code", "message", "more_info", "status"], sourceLocation: location)
        if !fragment.isEmpty { #expect(string("message")?.contains(fragment) == true, "\(text)", sourceLocation: location) }
    }
}
