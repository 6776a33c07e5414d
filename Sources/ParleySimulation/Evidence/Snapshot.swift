import ParleyCore

/// The rows of the database at the end of a run.
struct Snapshot: Sendable {
    var messages: [SID: Message] = [:]
    var deliveries: [SID: [Delivery]] = [:]
    var parts: [SID: [DeliveryPart]] = [:]
    /// All that ever were.
    var participants: [SID: Participant] = [:]
    /// Those that are not deleted, with who is in them and what was said in them.
    var conversations: [SID: Conversation] = [:]
    var members: [SID: [Participant]] = [:]
    var listed: [SID: [Message]] = [:]
    var inbox: [InboxItem] = []

    init(_ store: any ConversationStore, ledger: Ledger) async throws {
        let subjects = ledger.history.moments.map { ($0.event.kind, $0.event.subject) }
        self = try await store.read { try Snapshot($0, subjects) }
    }

    private init(_ transaction: any ReadTransaction, _ subjects: [(Event.Kind, SID?)]) throws {
        for case (let kind, let sid?) in subjects {
            switch kind {
            case .conversationAdded: try add(conversation: sid, transaction)
            case .participantAdded: participants[sid] = try transaction.participant(sid)
            case .messageAdded: try add(message: sid, transaction)
            default: break
            }
        }
        inbox = try Snapshot.all { try transaction.inbox(InboxFilter(), page: $0) }
    }

    private mutating func add(conversation sid: SID, _ transaction: any ReadTransaction) throws {
        guard let conversation = try transaction.conversation(sid) else { return }
        conversations[sid] = conversation
        members[sid] = try Snapshot.all { try transaction.participants(in: sid, page: $0) }
        listed[sid] = try Snapshot.all { try transaction.messages(in: sid, newestFirst: false, page: $0) }
    }

    private mutating func add(message sid: SID, _ transaction: any ReadTransaction) throws {
        messages[sid] = try transaction.message(sid)
        deliveries[sid] = try Snapshot.all { try transaction.deliveries(of: sid, page: $0) }
        for delivery in deliveries[sid] ?? [] { parts[delivery.sid] = try transaction.parts(of: delivery.sid) }
    }

    private static func all<Row>(_ list: (PageRequest) throws -> Page<Row>) throws -> [Row] {
        var page = try list(PageRequest(size: 500))
        var rows = page.rows
        while let next = page.next {
            page = try list(PageRequest(size: 500, cursor: next))
            rows += page.rows
        }
        return rows
    }
}
