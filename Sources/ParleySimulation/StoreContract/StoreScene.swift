import ParleyCore

/// Rows for the cases of the contract, with identifiers that tell what they are.
struct StoreScene: Sendable {
    static let start = Instant(seconds: 1_700_000_000)
    static let service = SID(.service, high: 1, low: 1)
    static let rules = FanOutRules(
        validity: ["sms-b": .seconds(60)], validityByChannel: [.sms: .seconds(4 * 3600), .email: .seconds(3 * 86_400)])

    let store: any ConversationStore

    init(_ store: any ConversationStore) { self.store = store }

    static func at(_ seconds: Int64) -> Instant { start + .seconds(seconds) }

    /// The number stands in the low half. The high half is spread by kind, so that no two deliveries get one name.
    static func sid(_ kind: SID.Kind, _ number: Int) -> SID {
        let factor = kind.rawValue.utf8.reduce(0x9E37_79B9_7F4A_7C15) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return SID(kind, high: (UInt64(number) &+ 1) &* factor, low: UInt64(number))
    }

    func write<R: Sendable>(_ body: @escaping @Sendable (any WriteTransaction) throws -> R) async throws -> R {
        let stamp = Stamp(now: StoreScene.start, identifiers: IdentifierStream(seed: 1))
        return try await store.write(stamp) { transaction, _ in try body(transaction) }
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R { try await store.read(body) }

    static func conversation(_ number: Int, uniqueName: String? = nil, created: Instant = start) -> Conversation {
        Conversation(sid: sid(.conversation, number), service: service, uniqueName: uniqueName, created: created, updated: created)
    }

    static func pair(_ proxy: String, _ address: String) throws -> Pair { try Pair(proxy: Address(proxy), address: Address(address)) }

    /// A participant with an address, bound.
    static func person(
        _ number: Int, in conversation: Int, proxy: String = "+15550000001", address: String, adapter: String = "sms-a",
        identity: String? = nil
    ) throws -> Participant {
        Participant(
            sid: sid(.participant, number), conversation: sid(.conversation, conversation), identity: identity,
            binding: Participant.Binding(pair: try pair(proxy, address), adapter: adapter), isBound: true, created: start, updated: start)
    }

    /// A participant of the chat.
    static func member(_ number: Int, in conversation: Int, identity: String) -> Participant {
        Participant(
            sid: sid(.participant, number), conversation: sid(.conversation, conversation), identity: identity, created: start,
            updated: start)
    }

    static func medium(_ number: Int) throws -> Media {
        let key = String(repeating: "0", count: 64)
        guard let key = MediaKey(rawValue: key) else { throw ContractViolation("64 zeros are a key") }
        return Media(sid: sid(.media, number), service: service, key: key, contentType: "image/png", size: 3, created: start)
    }

    static func inbound(_ key: String, adapter: String = "sms-a", verdict: InboxItem.Verdict = .appended, digest: String = "d")
        -> NewInboxItem
    {
        NewInboxItem(
            adapter: adapter, dedupeKey: key, contentDigest: digest, kind: .message, verdict: verdict, raw: [1, 2], received: start)
    }

    /// Appends a message and fans it out. Returns it with the names of the adapters that have work.
    @discardableResult
    func append(
        _ number: Int, to conversation: Int, at: Instant = start, except: FanOutExclusion = FanOutExclusion(), rules: FanOutRules = rules
    ) async throws -> (message: Message, adapters: Set<String>) {
        try await write { transaction in
            let conversation = StoreScene.sid(.conversation, conversation)
            let index = try transaction.allotIndex(in: conversation, at: at)
            let message = Message(
                sid: StoreScene.sid(.message, number), conversation: conversation, index: index, author: "system", body: "hello",
                created: at,
                updated: at)
            try transaction.insert(message)
            return (message, try transaction.fanOut(message, except: except, rules: rules))
        }
    }

    /// A conversation with one person, on the lane of the pair returned.
    func conversationWithPerson(_ number: Int, proxy: String, address: String, adapter: String) async throws -> PairKey {
        let person = try StoreScene.person(number, in: number, proxy: proxy, address: address, adapter: adapter)
        try await write { transaction in
            try transaction.insert(StoreScene.conversation(number))
            try transaction.insert(person)
        }
        return try StoreScene.pair(proxy, address).key
    }

    static func delivery(_ message: Int, _ participant: Int) -> SID {
        SID.delivery(of: sid(.message, message), to: sid(.participant, participant))
    }

    /// Changes a delivery and, unless told otherwise, advances its lane.
    func change(
        _ delivery: SID, to phase: Delivery.Phase, due: Instant? = nil, order: LaneOrder?
    ) async throws {
        try await write { transaction in
            guard var row = try transaction.delivery(delivery) else { throw ContractViolation("a queued delivery is found") }
            row.phase = phase
            if let due { row.due = due }
            try transaction.update(row)
            if let order { try transaction.advance(row.lane, order: order) }
        }
    }

    /// Leases lanes and marks the deliveries as sending, as a dispatcher does.
    func lease(_ adapter: String, at now: Instant, limit: Int = 10, owed: Bool = false) async throws -> [SID] {
        try await write { transaction in
            try transaction.leaseLanes(adapter: adapter, now: now, until: now + .seconds(30), limit: limit, owed: owed).map { delivery in
                var delivery = delivery
                delivery.phase = .sending
                delivery.attempt += 1
                try transaction.update(delivery)
                return delivery.sid
            }
        }
    }

    func lane(_ pair: PairKey) async throws -> Lane {
        guard let lane = try await read({ try $0.lane(pair) }) else { throw ContractViolation("a lane that a fan-out reached is found") }
        return lane
    }
}
