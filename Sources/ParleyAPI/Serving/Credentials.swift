import Foundation
import HTTPTypes
import ParleyCore

/// Who may use the API: the account with its token and API keys with their secrets, by HTTP Basic (RFC 7617), and chat users with
/// access tokens.
///
/// A token comes as `Authorization: Bearer` (RFC 6750), as the Basic pair of the user `token`, or in `X-Twilio-Token` when there is no
/// `Authorization`. Nothing in a path or a query is ever a credential.
struct Credentials: Sendable {
    private let pairs: [Pair]
    private let tokens: AccessTokenVerifier

    private struct Pair: Sendable {
        let name: [UInt8]
        let secret: [UInt8]
        let principal: Principal
    }

    /// The schemes that a 401 names (RFC 9110 §11.6.1).
    static let challenge = #"Basic realm="Parley API", Bearer realm="Parley API""#

    /// Room for the longest token inside a Basic pair.
    private static let headerBytesMax = 12_288

    init(_ configuration: APIConfiguration) {
        pairs =
            [Pair(name: Array(configuration.account.text.utf8), secret: Array(configuration.authToken.utf8), principal: .account)]
            + configuration.keys.map {
                Pair(name: Array($0.sid.text.utf8), secret: Array($0.secret.utf8), principal: .key($0.sid, scopes: $0.scopes))
            }
        tokens = AccessTokenVerifier(configuration)
    }

    /// Who sent a request with these headers.
    func principal(of headers: HTTPFields, at now: Instant) async throws(AuthenticationFailure) -> Principal {
        let shown = headers.filter { $0.name == .authorization }.map(\.value)
        guard let header = shown.first else {
            let shown = headers.filter { $0.name.canonicalName == "x-twilio-token" }.map(\.value)
            guard let token = shown.first else { throw .nothing }
            guard shown.count == 1 else { throw .guess(.unauthenticated) }
            return .token(try await tokens.verify(token, at: now))
        }
        guard shown.count == 1, header.utf8.count <= Credentials.headerBytesMax else { throw .guess(.unauthenticated) }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { throw .guess(.unauthenticated) }
        let value = words[1].trimmingCharacters(in: .whitespaces)
        switch words[0].lowercased() {
        case "basic": return try await basic(value, at: now)
        case "bearer": return .token(try await tokens.verify(value, at: now))
        default: throw .guess(.unauthenticated)
        }
    }

    /// Every pair is compared, in both parts, so that the time tells nothing of which one failed.
    private func basic(_ value: String, at now: Instant) async throws(AuthenticationFailure) -> Principal {
        guard let decoded = Data(base64Encoded: value) else { throw .guess(.unauthenticated) }
        let parts = [UInt8](decoded).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 2, !parts[1].isEmpty else { throw .guess(.unauthenticated) }
        if parts[0] == Array("token".utf8) { return .token(try await tokens.verify(String(decoding: parts[1], as: UTF8.self), at: now)) }
        var principal: Principal?
        for pair in pairs {
            let name = Secret.equal(parts[0], pair.name)
            let secret = Secret.equal(parts[1], pair.secret)
            if name && secret { principal = pair.principal }
        }
        guard let principal else { throw .guess(.unauthenticated) }
        return principal
    }
}
