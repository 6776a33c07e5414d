import ParleyCore

/// An intake that answers as it is told and keeps what it is given.
actor IntakeStub: Intake {
    typealias Answer = Result<[InboundVerdict], NotDurable>

    private var recipients: [String: RecipientVerdict] = [:]
    private var unreachable = false
    private var answer: (@Sendable ([InboundFact]) -> Answer)?
    private(set) var asked: [String] = []
    private(set) var batches: [[InboundFact]] = []
    private var gate: Gate?

    /// Recipients that are not set are served.
    func set(_ recipient: String, _ verdict: RecipientVerdict) { recipients[recipient] = verdict }

    func failRecipients() { unreachable = true }

    func answer(_ answer: @escaping @Sendable ([InboundFact]) -> Answer) { self.answer = answer }

    /// Questions wait at the gate from now on.
    func hold(at gate: Gate) { self.gate = gate }

    func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict {
        asked.append(recipient)
        if unreachable { throw NotDurable("the disk is full") }
        if let known = recipients[recipient] { return known }
        guard let proxy = try? Address("desk@in.example") else { return .unknown }
        return .served(proxy: proxy, token: nil)
    }

    func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
        await gate?.pass()
        batches.append(facts)
        guard let answer else { return facts.map { _ in .held(reason: "nobody holds the pair") } }
        return try answer(facts).get()
    }
}

/// Lets one side wait until the other has arrived, and arrive until it is let through.
actor Gate {
    private var isOpen = false
    private var arrivals = 0
    private var passing: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        arrivals += 1
        for watcher in watching { watcher.resume() }
        watching = []
        if !isOpen { await withCheckedContinuation { passing.append($0) } }
    }

    func arrived() async {
        if arrivals == 0 { await withCheckedContinuation { watching.append($0) } }
    }

    func open() {
        isOpen = true
        for waiting in passing { waiting.resume() }
        passing = []
    }
}
