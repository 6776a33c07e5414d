public import ParleyCore

/// What a run is made of, drawn from its seed: each run has some faults and kinds of action and lacks others, so that together they cover combinations that
/// no evenly mixed run would meet.
public struct SimulationPlan: Sendable, Hashable {
    /// What people, callers and operators do.
    public enum Action: String, Sendable, CaseIterable {
        case say, text, mail, oddMail, repeatInbound, otherContent, strayReceipt
        case add, addOurs, remove, close, delete, create, deleteMessage, editMessage, crash
    }

    /// How an attempt may end at the carrier or the relay.
    public enum Fate: String, Sendable, CaseIterable {
        case accepted, partly, temporary, throttled, permanent, optedOut, misconfigured, arrivedUnknown, lostUnknown
    }

    public var actions: Int
    /// The longest time between two actions.
    public var gapMax: Duration
    /// Of a thousand writes, how many crash before or after their commit, or find the disk full.
    public var crashesBefore: Int
    public var crashesAfter: Int
    public var diskFull: Int
    public var weights: [Action: Int]
    public var fates: [Fate: Int]
    /// Of a thousand receipts, how many come twice, and how many come before the answer that they speak of.
    public var receiptsTwice: Int
    public var receiptsEarly: Int
    public var adapters: [AdapterProfile]

    /// - Throws: ``AddressProblem`` when the cast's own addresses are none.
    public init(seed: UInt64, actions: Int) throws {
        var dice = Dice(seed: seed ^ 0x504c_414e)
        self.actions = actions
        gapMax = dice.pick([.seconds(1), .seconds(20), .seconds(90), .seconds(900), .seconds(3600)]) ?? .seconds(20)
        let rates = [0, 0, 5, 20, 50]
        crashesBefore = dice.pick(rates) ?? 0
        crashesAfter = dice.pick(rates) ?? 0
        diskFull = dice.pick(rates) ?? 0
        weights = [:]
        for action in Action.allCases { weights[action] = (dice.pick([0, 1, 2, 4]) ?? 1) * (SimulationPlan.usual[action] ?? 1) }
        weights[.say] = max(weights[.say] ?? 0, 20)
        fates = [:]
        for fate in Fate.allCases { fates[fate] = dice.pick([0, 0, 1, 3, 8]) ?? 0 }
        fates[.accepted] = dice.pick([8, 20, 60]) ?? 20
        fates[.misconfigured] = dice.pick([0, 0, 0, 1]) ?? 0
        receiptsTwice = dice.pick([0, 100, 500]) ?? 0
        receiptsEarly = dice.pick([0, 100, 500]) ?? 0
        adapters = try Cast.adapters(&dice)
    }

    private static let usual: [Action: Int] = [
        .say: 12, .text: 8, .mail: 6, .oddMail: 2, .repeatInbound: 3, .otherContent: 1, .strayReceipt: 1, .add: 4, .addOurs: 1, .remove: 2,
        .close: 1,
        .delete: 1, .create: 2, .deleteMessage: 1, .editMessage: 2, .crash: 1,
    ]
}
