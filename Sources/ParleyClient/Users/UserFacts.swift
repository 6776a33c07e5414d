/// What is known of a user.
struct UserFacts: Sendable, Equatable {
    var identity: String
    var friendlyName: String?
    var attributes: JSONValue
    var isOnline: Bool?
    var isNotifiable: Bool?

    func reasons(since former: UserFacts) -> Set<UserUpdate.Reason> {
        var reasons: Set<UserUpdate.Reason> = []
        if friendlyName != former.friendlyName { reasons.insert(.friendlyName) }
        if attributes != former.attributes { reasons.insert(.attributes) }
        if isOnline != former.isOnline { reasons.insert(.reachabilityOnline) }
        if isNotifiable != former.isNotifiable { reasons.insert(.reachabilityNotifiable) }
        return reasons
    }

    /// Told of users who were not known before the change.
    static let updatable = Set(UserUpdate.Reason.allCases)
}
