import HTTPTypes
import Logging
import NIOCore
import ParleyBroker
import ParleyCore
import Synchronization

/// A chat user of a service: whose events a connection is told.
struct ChatUser: Sendable, Hashable {
    let identity: String
    let service: SID

    /// Another user of the same service.
    func sibling(_ identity: String) -> ChatUser { ChatUser(identity: identity, service: service) }
}

/// What a token has proved at the door of the realtime feed.
struct RealtimeGrant: Sendable, Hashable {
    let user: ChatUser
    let expires: Instant
}

/// Why a connection, or the next token of one, is refused.
struct RealtimeRefusal: Error {
    let refusal: Refusal
    var headers: HTTPFields = [:]
}

extension APISite {
    /// Who asks for the realtime feed. Wrong tokens cost an address what they cost at every other route.
    func grant(_ fields: HTTPFields, from address: SocketAddress?) async throws(RealtimeRefusal) -> RealtimeGrant {
        let now = broker.source.stamp().now
        let principal: Principal
        do { principal = try await credentials.principal(of: fields, at: now) } catch {
            let (refusal, headers) = await refusal(of: error, from: address, at: now)
            throw RealtimeRefusal(refusal: refusal, headers: headers)
        }
        guard case .token(let token) = principal else {
            throw RealtimeRefusal(refusal: .notChatUser)
        }
        let own = broker.rules.installation.service
        let service = token.service ?? own
        // The default service is always there.
        if service != own {
            guard try await isHere(service) else { throw RealtimeRefusal(refusal: .tokenMayNot("use this service")) }
        }
        return RealtimeGrant(user: ChatUser(identity: token.identity, service: service), expires: token.expires)
    }

    private func isHere(_ service: SID) async throws(RealtimeRefusal) -> Bool {
        do { return try await broker.read { try $0.service(service) } != nil } catch {
            logger.error("a realtime connection's service could not be read", metadata: ["error": "\(type(of: error))"])
            throw RealtimeRefusal(refusal: .unavailable, headers: [.retryAfter: "1"])
        }
    }
}

/// How many connections there are, of each user and together: REST, health and the operator's routes share the listener's with them.
final class RealtimeQuota: Sendable {
    private struct Counts {
        var ofUsers: [ChatUser: Int] = [:]
        var all = 0
    }

    private let bounds: APIConfiguration.Realtime
    private let counts = Mutex(Counts())

    init(_ bounds: APIConfiguration.Realtime) { self.bounds = bounds }

    /// Takes one. Each that was taken is given back.
    ///
    /// - Throws: 429/20429 when the user has as many as they may have, 503 when there are as many as there may be.
    func take(_ user: ChatUser) throws(RealtimeRefusal) {
        let refusal: Refusal? = counts.withLock { counts in
            guard counts.all < bounds.connectionsMax else { return .unavailable }
            guard counts.ofUsers[user, default: 0] < bounds.connectionsPerUser else {
                return .tooManyConnections(bounds.connectionsPerUser)
            }
            counts.ofUsers[user, default: 0] += 1
            counts.all += 1
            return nil
        }
        if let refusal { throw RealtimeRefusal(refusal: refusal, headers: [.retryAfter: "10"]) }
    }

    func giveBack(_ user: ChatUser) {
        counts.withLock { counts in
            guard let count = counts.ofUsers[user] else { return }
            counts.ofUsers[user] = count > 1 ? count - 1 : nil
            counts.all -= 1
        }
    }

    /// How many users have connections.
    var users: Int { counts.withLock { $0.ofUsers.count } }
}

extension Refusal {
    static func tooManyConnections(_ most: Int) -> Refusal {
        Refusal(code: 20429, status: 429, message: "Too many realtime connections: a user has at most \(most)")
    }

    static let notChatUser = Refusal(
        code: 50107, status: 403, message: "Forbidden: the realtime feed is a chat user's; expected an access token")

    static let upgradeRequired = Refusal(
        code: 20426, status: 426, message: "Upgrade required: the realtime feed is a WebSocket (RFC 6455)")
}
