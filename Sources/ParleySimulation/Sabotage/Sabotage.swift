/// A bug that is planted under the rules, to show that a checker sees it. Each stands for a mistake that is easily made in a store or in the rules.
public enum Sabotage: String, Sendable, CaseIterable {
    /// Callers are answered although the commit did not happen.
    case acknowledgesBeforeCommit
    /// The index on dedupe keys is missing.
    case ignoresDedupeKey
    /// Nothing ends a delivery whose validity has passed.
    case neverExpires
    /// A fan-out forgets its last recipient.
    case forgetsRecipient
    /// The counters of a message stay behind its deliveries.
    case miscounts
    /// A receipt that comes late moves `delivered` back.
    case movesStatusBack
    /// Receipts that came before the send's answer are never claimed.
    case losesParkedReceipts
    /// A lane is free again although it was leased.
    case leasesTwice
    /// A deferred delivery is overtaken in a strict lane.
    case overtakesStrictLane
    /// An index is left out.
    case skipsIndex
    /// A delivery whose attempt's answer is unknown does not say so.
    case hidesPossibleDuplicate
    /// Removing or deleting cancels nothing.
    case cancelsNothing
    /// The author gets what they said.
    case includesAuthor
    /// The index on bound pairs is missing.
    case bindsPairTwice
    /// The error text quotes the message.
    case leaksBody

    /// The promise whose checker must see it.
    public var breaks: Promise {
        switch self {
        case .acknowledgesBeforeCommit: .durable
        case .ignoresDedupeKey: .oneMessage
        case .neverExpires, .forgetsRecipient, .miscounts, .movesStatusBack, .losesParkedReceipts: .settles
        case .leasesTwice, .overtakesStrictLane, .skipsIndex: .order
        case .hidesPossibleDuplicate: .duplicates
        case .cancelsNothing: .fence
        case .includesAuthor, .bindsPairTwice: .audience
        case .leaksBody: .discretion
        }
    }
}
