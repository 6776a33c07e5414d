import ParleyBroker
import ParleyCore

/// The truth about a run, kept outside the database: what each peer was told, what each person got, and what each said.
final class Ledger {
    /// One attempt at the carrier or the relay.
    struct Attempt {
        let dispatch: Dispatch
        let adapter: String
        let begun: Instant
        /// The last event that was committed when the attempt was leased.
        let position: Int64
        var fate: SimulationPlan.Fate = .accepted
        /// The numbers of the parts that the carrier took, and when.
        var taken: [Int] = []
        var takenAt: Instant?
        /// True once the outcome was handed to a commit, whether or not that came about.
        var reported = false
    }

    /// Something that a person sent to us, or a mail server on their behalf.
    struct Inbound {
        let label: String
        let adapter: String
        /// One per recipient of the envelope.
        let facts: [InboundFact]
        /// The label of another event with the same identity and other content.
        let sameIdentityAs: String?
        var deliveries = 0
        var acknowledgements = 0
        /// The verdicts that were answered, per recipient.
        var verdicts: [[InboundVerdict]] = []
    }

    /// A command of the API that was answered with success.
    struct Acknowledged {
        let label: String
        let kind: Kind
        let sid: SID

        enum Kind { case message, participant, conversation }
    }

    var history = History()
    var attempts: [Attempt] = []
    var inbound: [Inbound] = []
    var acknowledged: [Acknowledged] = []
    /// Evidence that was acknowledged to the carrier.
    var receipts: [(fact: ReceiptFact, adapter: String)] = []
    var alerts: [String] = []
    /// What was seen to be wrong while it happened.
    var violations: [Violation] = []
    var crashes = 0
    var commits = 0
}
