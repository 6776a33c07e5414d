public import ParleyCore

/// A conversation as a chat user who is in it has it: with their participation, and with what they have not read.
public struct OwnConversation: Sendable {
    public let membership: Membership
    /// How many messages come after the user's read horizon; nil while they have none.
    public let unread: Int?
    /// The newest live message.
    public let lastMessage: Message?

    public init(_ membership: Membership, _ transaction: any ReadTransaction) throws {
        self.membership = membership
        unread = try ReadHorizon.unread(membership, transaction)
        lastMessage = try transaction.messages(in: membership.conversation.sid, from: nil, backwards: true, limit: 1).last
    }

    /// The conversation that a user names.
    ///
    /// - Throws: 404/20404; 403/50430 when the user is not in it.
    public init(_ name: ConversationName, of origin: Origin, default: SID, _ transaction: any ReadTransaction) throws {
        let conversation = try name.find(in: transaction, default: `default`)
        guard let actor = try Permissions.Actor(in: conversation, transaction, origin) else { throw Refusal.notParticipant }
        try self.init(Membership(participant: actor.participant, conversation: conversation), transaction)
    }

    /// The conversations that a user is in, in the order of joining.
    public static func page(
        of identity: String, in service: SID, _ request: PageRequest, _ transaction: any ReadTransaction
    ) throws -> Page<OwnConversation> {
        let page = try transaction.memberships(MembershipFilter(.identity(identity), service: service), page: request)
        return Page(rows: try page.rows.map { try OwnConversation($0, transaction) }, next: page.next, previous: page.previous)
    }
}
