import ParleyCore

/// Users of applications, the conversations that a person is in, and the departure of users who were deleted.
extension SQLiteTransaction {
    static let userColumns = """
        sid, service, identity, friendly_name, attributes, role, is_online, is_notifiable, created, updated
        """

    static func user(_ fields: inout Fields) throws -> User {
        try User(
            sid: fields.sid(), service: fields.sid(), identity: fields.text(), friendlyName: fields.optionalText(),
            attributes: fields.text(), role: fields.optionalSID(), isOnline: fields.optionalInteger().map { $0 != 0 },
            isNotifiable: fields.optionalInteger().map { $0 != 0 }, created: fields.instant(), updated: fields.instant())
    }

    func user(_ sid: SID) throws -> User? {
        try first("SELECT \(Self.userColumns) FROM user WHERE sid = ?1", [sid.text], Self.user)
    }

    func user(identity: String, service: SID) throws -> User? {
        try first("SELECT \(Self.userColumns) FROM user WHERE service = ?1 AND identity = ?2", [service.text, identity], Self.user)
    }

    func users(service: SID, page: PageRequest) throws -> Page<User> {
        let isHidden = try isDeleted(service: service)
        var listing = Listing("users", table: "user", keys: ["id"], columns: Self.userColumns, decode: Self.user)
        listing.filter("service = ?", isHidden ? "" : service.text)
        return try self.page(listing, page)
    }

    func insert(_ user: User) throws {
        try mapping(["user.service, user.identity": .userExists]) {
            try execute(
                "INSERT INTO user (\(Self.userColumns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                [
                    user.sid.text, user.service.text, user.identity, user.friendlyName, user.attributes, user.role?.text, user.isOnline,
                    user.isNotifiable, user.created.milliseconds, user.updated.milliseconds,
                ])
        }
    }

    func update(_ user: User) throws {
        let changed = try execute(
            """
            UPDATE user SET friendly_name = ?2, attributes = ?3, role = ?4, is_online = ?5, is_notifiable = ?6, created = ?7, updated = ?8
            WHERE sid = ?1
            """,
            [
                user.sid.text, user.friendlyName, user.attributes, user.role?.text, user.isOnline, user.isNotifiable,
                user.created.milliseconds, user.updated.milliseconds,
            ])
        if changed == 0 { throw Refusal.notFound("/Users/\(user.sid)") }
    }

    func delete(_ user: User) throws {
        guard try execute("DELETE FROM user WHERE sid = ?1", [user.sid.text]) > 0 else { throw Refusal.notFound("/Users/\(user.sid)") }
        let last = try first("SELECT id FROM participant ORDER BY id DESC LIMIT 1") { try $0.integer() }
        guard let last else { return }
        try execute("INSERT INTO departure (service, identity, through) VALUES (?1, ?2, ?3)", [user.service.text, user.identity, last])
    }

    func departing(limit: Int) throws -> [Participant] {
        while true {
            let departure = try first("SELECT id, service, identity, through FROM departure ORDER BY id LIMIT 1") {
                (id: try $0.integer(), service: try $0.text(), identity: try $0.text(), through: try $0.integer())
            }
            guard let departure else { return [] }
            let leaving = try rows(
                """
                SELECT \(Self.participantColumns) FROM participant
                WHERE service = ?1 AND identity = ?2 AND standing <> 'gone' AND id <= ?3 ORDER BY id LIMIT ?4
                """, [departure.service, departure.identity, departure.through, max(limit, 1)], Self.participant)
            guard leaving.isEmpty else { return leaving }
            try execute("DELETE FROM departure WHERE id = ?1", [departure.id])
        }
    }

    func memberships(_ filter: MembershipFilter, page: PageRequest) throws -> Page<Membership> {
        let isHidden = try isDeleted(service: filter.service)
        var listing = Listing(
            "memberships", table: "participant", keys: ["id"], columns: Self.participantColumns, decode: Self.participant)
        listing.filter("service = ?", isHidden ? "" : filter.service.text)
        switch filter.person {
        case .identity(let identity): listing.filter("identity = ?", identity)
        case .address(let key): listing.filter("address_key = ?", key)
        }
        listing.filter("standing <> 'gone'")
        let ofConversation = "EXISTS (SELECT 1 FROM conversation WHERE conversation.sid = participant.conversation AND conversation."
        if let state = filter.state { listing.filter("\(ofConversation)state = ?)", state.rawValue) }
        if let from = filter.from { listing.filter("\(ofConversation)created >= ?)", from.milliseconds) }
        if let until = filter.until { listing.filter("\(ofConversation)created < ?)", until.milliseconds) }
        listing.isDescending = filter.from != nil || filter.until != nil
        let people = try self.page(listing, page)
        let rows = try people.rows.compactMap { participant in
            try conversation(participant.conversation).map { Membership(participant: participant, conversation: $0) }
        }
        return Page(rows: rows, next: people.next, previous: people.previous)
    }

    func openMemberships(identity: String, service: SID, limit: Int) throws -> Int {
        try first(
            """
            SELECT count(*) FROM
                (SELECT 1 FROM participant WHERE service = ?1 AND identity = ?2 AND standing = 'open' LIMIT ?3)
            """, [service.text, identity, max(limit, 0)]
        ) { try $0.count() } ?? 0
    }

    func messages(in conversation: SID, after index: Int, limit: Int) throws -> Int {
        try first(
            "SELECT count(*) FROM (SELECT 1 FROM message WHERE conversation = ?1 AND number > ?2 AND deleted IS NULL LIMIT ?3)",
            [conversation.text, index, max(limit, 0)]
        ) { try $0.count() } ?? 0
    }
}
