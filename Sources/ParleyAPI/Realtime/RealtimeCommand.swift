import Foundation
import ParleyCore

/// One frame of a client, understood.
struct RealtimeCommand: Sendable {
    enum Kind: Sendable, Hashable {
        case subscribe(users: [String])
        case resume(after: Int64, users: [String])
        case watch(users: [String])
        case typing(conversation: SID)
        case token(String)
        case ping

        /// Whom the client wants to hear of.
        fileprivate var users: [String] {
            switch self {
            case .subscribe(let users), .resume(_, let users), .watch(let users): users
            case .typing, .token, .ping: []
            }
        }
    }

    let kind: Kind
    /// What the answer repeats: an integer or a short string.
    let id: JSON?

    /// Why a frame is none of the protocol, with its `id` where that could be read.
    struct Misunderstood: Error {
        let refusal: Refusal
        var id: JSON?
    }

    static let idCharactersMax = 64
    /// Of an identity among `users`; longer ones nobody has.
    static let identityCharactersMax = 256

    /// - Throws: ``Misunderstood``, whose refusal is a 400/20001 that names the member.
    init(_ text: String, usersMax: Int) throws(Misunderstood) {
        let wire: Wire
        do { wire = try JSONDecoder().decode(Wire.self, from: Data(text.utf8)) } catch {
            throw Misunderstood(refusal: (error as? Refusal) ?? .invalid("type", "expected a JSON object with a type"))
        }
        switch wire.kind {
        case .success(let kind):
            // Commands may wait for their turn, so what is too much is refused before it waits.
            guard kind.users.count <= usersMax, kind.users.allSatisfy({ $0.count <= RealtimeCommand.identityCharactersMax }) else {
                let most = "at most \(usersMax) identities of at most \(RealtimeCommand.identityCharactersMax) characters"
                throw Misunderstood(refusal: .invalid("users", "expected \(most)"), id: wire.id)
            }
            (self.kind, id) = (kind, wire.id)
        case .failure(let refusal): throw Misunderstood(refusal: refusal, id: wire.id)
        }
    }

    /// The members that a command of its type has; others are not looked at.
    private struct Wire: Decodable {
        let id: JSON?
        let kind: Result<Kind, Refusal>

        enum Name: String, CodingKey { case type, id, users, after, conversation, token }

        init(from decoder: any Decoder) throws {
            let members: KeyedDecodingContainer<Name>
            do { members = try decoder.container(keyedBy: Name.self) } catch { throw Refusal.invalid("type", "expected a JSON object") }
            id = try Wire.id(members)
            do { kind = .success(try Wire.kind(members)) } catch { kind = .failure(error) }
        }

        private static func id(_ members: KeyedDecodingContainer<Name>) throws -> JSON? {
            guard members.contains(.id), (try? members.decodeNil(forKey: .id)) != true else { return nil }
            if let number = try? members.decode(Int.self, forKey: .id) { return .integer(number) }
            guard let text = try? members.decode(String.self, forKey: .id), text.count <= RealtimeCommand.idCharactersMax else {
                throw Refusal.invalid("id", "expected an integer or a string of at most \(RealtimeCommand.idCharactersMax) characters")
            }
            return .string(text)
        }

        private static func kind(_ members: KeyedDecodingContainer<Name>) throws(Refusal) -> Kind {
            switch try required(String.self, .type, in: members, "expected a string") {
            case "subscribe": return .subscribe(users: try users(members))
            case "resume":
                let after = try required(Int64.self, .after, in: members, "expected a position")
                guard after >= 0 else { throw .invalid("after", "expected a position") }
                return .resume(after: after, users: try users(members))
            case "watch": return .watch(users: try users(members))
            case "typing":
                let text = try required(String.self, .conversation, in: members, "expected a conversation's SID")
                guard let sid = SID(text, .conversation) else { throw .invalid("conversation", "expected a conversation's SID") }
                return .typing(conversation: sid)
            case "token": return .token(try required(String.self, .token, in: members, "expected a string"))
            case "ping": return .ping
            default: throw .invalid("type", "expected subscribe, resume, watch, typing, token or ping")
            }
        }

        private static func users(_ members: KeyedDecodingContainer<Name>) throws(Refusal) -> [String] {
            do { return try members.decodeIfPresent([String].self, forKey: .users) ?? [] } catch {
                throw .invalid("users", "expected a list of identities")
            }
        }

        private static func required<Value: Decodable>(
            _ type: Value.Type, _ name: Name, in members: KeyedDecodingContainer<Name>, _ expectation: String
        ) throws(Refusal) -> Value {
            guard members.contains(name) else { throw .missing(name.rawValue) }
            do { return try members.decode(type, forKey: name) } catch { throw .invalid(name.rawValue, expectation) }
        }
    }
}
