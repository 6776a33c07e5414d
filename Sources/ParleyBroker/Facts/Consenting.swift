public import ParleyCore

/// The one place where the list of consents changes.
enum ConsentBook {
    /// Writes what somebody said about a pair. Saying the same again changes nothing: the first is kept, with its time.
    ///
    /// - Returns: whether anything changed.
    @discardableResult
    static func record(
        _ state: Consent.State, _ pair: PairKey, by source: Consent.Source, adapter: String?, detail: String?, message: SID? = nil,
        _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]
    ) throws -> Bool {
        let known = try transaction.consent(pair)?.state
        // Nobody starts what was never stopped.
        guard known != state, !(known == nil && state == .active) else { return false }
        try transaction.record(
            Consent(
                pair: pair, state: state, source: source, adapter: adapter, detail: detail.map { String($0.prefix(200)) }, message: message,
                changed: stamp.now))
        let reason = "\(state.rawValue) by \(source.rawValue)"
        try transaction.append(Event(kind: .consentUpdated, payload: EventPayload.adapter(adapter ?? "", reason), at: stamp.now))
        effects.append(.publish)
        return true
    }

    /// Why a delivery may not leave, nil when it may. Asked once for every attempt, in the transaction that leases it.
    static func objection(to delivery: Delivery, _ transaction: any ReadTransaction) throws -> Diagnosis? {
        guard let consent = try transaction.consent(delivery.lane), consent.state == .stopped else { return nil }
        // The answer to the person's own word is the one thing that may be sent.
        if let message = try transaction.message(delivery.message), message.flags.contains(.consentConfirmation) { return nil }
        let how =
            switch consent.source {
            case .keyword: "the recipient has opted out by a message"
            case .provider: "the provider reported that the recipient has opted out"
            case .api: "the recipient was opted out by the operator"
            }
        return Diagnosis(code: RetryPolicy.optedOutCode, text: how)
    }
}

/// A provider told that somebody stopped, started or asked for help.
struct ReceiveConsent {
    let adapter: String
    let fact: ConsentFact
    let rules: Rules

    /// False when it is about no pair of this adapter.
    func apply(to transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]) throws -> Bool {
        guard let proxy = try? Address(fact.proxy), let sender = try? Address(fact.sender), proxy.channel == sender.channel,
            rules.directory.serves(adapter, proxy)
        else { return false }
        let state: Consent.State
        switch fact.word {
        case .stop: state = .stopped
        case .start: state = .active
        case .help: return true
        }
        try ConsentBook.record(
            state, Pair(proxy: proxy, address: sender).key, by: .provider, adapter: adapter, detail: fact.word.rawValue, transaction, stamp,
            &effects)
        return true
    }
}

/// The operator, or an application, says whether a pair may be written to.
public struct SetConsent: Fact {
    public var pair: Pair
    public var state: Consent.State
    public var reason: String?

    public init(_ state: Consent.State, pair: Pair, reason: String? = nil) {
        self.pair = pair
        self.state = state
        self.reason = reason
    }

    /// The consent as it is then; nil for a pair that was never stopped.
    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> Consent? {
        try ConsentBook.record(state, pair.key, by: .api, adapter: nil, detail: reason, transaction, stamp, &effects)
        return try transaction.consent(pair.key)
    }
}

extension Arrival {
    /// What a message says about consent: by the provider's word where it has one, else by the text alone.
    var consentReading: ConsentWords.Reading? {
        if let word = fact.consent { return .word(word) }
        // A part of a long message is no message of its own: its end may well be a word. What is joined of all parts is none any more.
        guard (fact.part?.total ?? 1) == 1, let words = rules.directory.profile(adapter)?.consentWords, let text = fact.text else {
            return nil
        }
        return words.reading(text)
    }

    /// The flags that a message gets for it.
    var consentFlags: Set<Message.Flag> {
        switch consentReading {
        case .word(.stop): [.optOut]
        case .word(.start): [.optIn]
        case .possibleStop: [.possibleOptOut]
        case .word(.help), nil: []
        }
    }

    /// Writes down what a message said about consent, whatever became of the message itself.
    func heed(_ route: ProxyRoute, message: SID?, _ transaction: any WriteTransaction, _ stamp: Stamp, _ effects: inout [Effect]) throws {
        guard case .word(let word)? = consentReading, word != .help, let pair = pair(route) else { return }
        try ConsentBook.record(
            word == .stop ? .stopped : .active, pair.key, by: fact.consent == nil ? .keyword : .provider, adapter: adapter,
            detail: fact.consent?.rawValue ?? fact.text, message: message, transaction, stamp, &effects)
    }

    /// How long a word is not confirmed again to the same person: two machines shall not talk to each other.
    private static let confirmationPause: Duration = .seconds(24 * 3600)

    /// Answers a word that the gateway heard itself with the text that the settings have for it, in the conversation that holds the pair; the
    /// person alone is sent it. What became no message, or the provider answers, is not answered.
    func confirm(
        _ verdict: InboundVerdict, _ route: ProxyRoute, _ transaction: any WriteTransaction, _ stamp: inout Stamp, _ effects: inout [Effect]
    ) throws {
        guard case .appended = verdict, fact.consent == nil, case .word(let word)? = consentReading,
            let text = rules.directory.profile(adapter)?.confirmations[word],
            let pair = pair(route), let (participant, conversation) = try holder(pair, transaction)
        else { return }
        let digest = ContentDigest.hex(ofParts: ["consent_confirmation", pair.key.rawValue, word.rawValue])
        let since = stamp.now - Arrival.confirmationPause
        guard try !transaction.hasInbox(adapter: adapter, contentDigest: digest, since: since) else { return }
        var draft = MessageDraft(conversation: conversation, author: CreateMessage.nobody)
        draft.body = text
        draft.flags = [.consentConfirmation]
        draft.recipient = participant.sid
        var acting = stamp.by(.gateway)
        let message = try draft.append(transaction, rules, &acting, &effects)
        stamp.identifiers = acting.identifiers
        // Remembers when it was, as markers of mails do.
        _ = try transaction.insert(
            NewInboxItem(
                adapter: adapter, dedupeKey: "consent|\(message.sid)", contentDigest: digest, kind: .message, verdict: .merged,
                reason: "marker", conversation: conversation.sid, message: message.sid, received: stamp.now))
    }
}
