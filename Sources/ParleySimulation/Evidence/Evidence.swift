import Foundation
import ParleyCore

/// Everything that checkers look at: the truth outside the database, the event log replayed, and the rows at the end.
struct Evidence {
    /// A message as it was appended.
    struct Appended {
        let message: Message
        let position: Int64
        /// The live participants of its conversation at that point.
        let members: Set<SID>
        /// True when the conversation was closed or deleted at that point.
        let isOver: Bool

        /// What the person who wrote it called it: the first word of its text.
        var label: String { message.body.flatMap { $0.split(separator: " ").first.map(String.init) } ?? "" }
    }

    /// A delivery as one event told it.
    struct Step {
        let position: Int64
        let at: Instant
        let phase: Delivery.Phase
        let status: Delivery.Status?
    }

    let ledger: Ledger
    let plan: SimulationPlan
    let snapshot: Snapshot
    /// In the order of their commits.
    private(set) var appended: [Appended] = []
    private(set) var steps: [SID: [Step]] = [:]
    /// When participants were removed, and when conversations and messages were deleted.
    private(set) var removed: [SID: Int64] = [:]
    /// Violations that the replay itself shows.
    private(set) var doubleBindings: [String] = []
    let deliveries: [SID: Delivery]

    init(ledger: Ledger, plan: SimulationPlan, snapshot: Snapshot) {
        self.ledger = ledger
        self.plan = plan
        self.snapshot = snapshot
        deliveries = Dictionary(snapshot.deliveries.values.flatMap { $0 }.map { ($0.sid, $0) }, uniquingKeysWith: { first, _ in first })
        replay()
    }

    func appended(under label: String) -> [Appended] { appended.filter { $0.label == label } }

    private mutating func replay() {
        var members: [SID: Set<SID>] = [:]
        var over: Set<SID> = []
        var holders: [PairKey: SID] = [:]
        for moment in ledger.history.moments {
            let event = moment.event
            guard let subject = event.subject, let conversation = event.conversation else { continue }
            switch event.kind {
            case .participantAdded:
                members[conversation, default: []].insert(subject)
                guard let pair = snapshot.participants[subject]?.binding?.pair.key else { continue }
                if let other = holders[pair] { doubleBindings.append("\(pair.rawValue) is bound to \(other) and to \(subject)") }
                holders[pair] = subject
            case .participantRemoved:
                members[conversation]?.remove(subject)
                removed[subject] = event.position
                holders = holders.filter { $0.value != subject }
            case .messageAdded:
                guard let message = moment.message else { continue }
                let present = members[conversation] ?? []
                appended.append(Appended(message: message, position: event.position, members: present, isOver: over.contains(conversation)))
            case .messageRemoved: removed[subject] = event.position
            case .conversationStateUpdated, .conversationRemoved:
                if event.kind == .conversationRemoved { removed[subject] = event.position }
                guard event.kind == .conversationRemoved || event.payload.contains("\"to\":\"closed\"") else { continue }
                over.insert(conversation)
                let gone = members[conversation] ?? []
                holders = holders.filter { !gone.contains($0.value) }
            case .deliveryUpdated:
                guard let step = Evidence.step(event) else { continue }
                steps[subject, default: []].append(step)
            default: break
            }
        }
    }

    private static func step(_ event: Event) -> Step? {
        struct Told: Decodable { var phase: Delivery.Phase, status: Delivery.Status? }
        guard let told = try? JSONDecoder().decode(Told.self, from: Data(event.payload.utf8)) else { return nil }
        return Step(position: event.position, at: event.at, phase: told.phase, status: told.status)
    }
}
