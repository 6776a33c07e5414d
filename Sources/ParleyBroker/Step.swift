public import ParleyCore

/// Something that happened or was asked for, with the rule that it sets off.
///
/// The rule is synchronous and may be run again: it reads and writes the transaction, draws time and identifiers from the stamp, and names
/// what must follow the commit as effects. It throws ``Refusal`` when it cannot be carried out; nothing of it then stays.
public protocol Fact: Sendable {
    associatedtype Answer: Sendable

    func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Answer
}

/// What follows a commit. Losing an effect loses time, never work: everything that is owed stands in the database.
public enum Effect: Sendable, Hashable {
    /// An adapter has lanes that are due.
    case dispatch(adapter: String)
    /// An adapter as a whole waits until then.
    case restrain(adapter: String, until: Instant)
    /// The event log has grown.
    case publish
    /// Media that people outside sent are to be fetched.
    case fetch
    /// Pre-hooks are to be asked about something that people outside said.
    case ask
    /// The account has another default service; of several such effects the one with the highest revision counts.
    case defaultService(SID, revision: Int)
    /// A sentence for the log, of the level that an operator should look at.
    case alert(String)
}

/// The heart: one fact in, rules applied inside one transaction, effects out. Nothing in it waits, and the same facts with the same stamps
/// give the same rows.
public func step<F: Fact>(
    _ fact: F, _ transaction: any WriteTransaction, _ rules: Rules, _ stamp: inout Stamp
) throws -> (answer: F.Answer, effects: [Effect]) {
    var effects: [Effect] = []
    let answer = try fact.apply(to: transaction, under: rules, stamp: &stamp, effects: &effects)
    return (answer, effects)
}

/// Everything that rules depend on besides the database. A value: a reload of the settings makes a new one.
public struct Rules: Sendable {
    public var directory: AdapterDirectory
    public var limits: Limits
    public var retry: RetryPolicy
    public var installation: Installation
    /// The origin that people outside reach us at, such as `https://parley.example`; media links start with it.
    public var publicURL: String
    public var webhooks: WebhookRules

    public init(
        directory: AdapterDirectory, limits: Limits = Limits(), retry: RetryPolicy = RetryPolicy(), installation: Installation,
        publicURL: String, webhooks: WebhookRules = WebhookRules()
    ) {
        self.directory = directory
        self.limits = limits
        self.retry = retry
        self.installation = installation
        self.publicURL = publicURL
        self.webhooks = webhooks
    }

    func fanOut(at now: Instant) -> FanOutRules {
        FanOutRules(
            validity: directory.profiles.mapValues(\.validity),
            validityByChannel: Dictionary(uniqueKeysWithValues: Channel.allCases.map { ($0, AdapterProfile.validityDefault($0)) }),
            now: now)
    }
}

/// What belongs to one database: its default service and its keys.
public struct Installation: Sendable {
    /// The default service: what a path means that names none.
    public var service: SID
    /// The revision of the account's configuration that names it.
    public var revision: Int
    /// Names this gateway in hop headers.
    public var gatewayID: String
    public var mail: MailSigner
    public var links: MediaLinkSigner

    public init(service: SID, revision: Int = 0, gatewayID: String, mail: MailSigner, links: MediaLinkSigner) {
        self.service = service
        self.revision = revision
        self.gatewayID = gatewayID
        self.mail = mail
        self.links = links
    }
}
