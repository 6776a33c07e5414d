public import ParleyCore

/// The daemon opened a database: missing keys are made, adapters that were paused for their settings try again, and what was under way when
/// the last daemon ended is taken as unknown (promise 5).
public struct OpenInstallation: Sendable {
    public init() {}

    public func apply(to transaction: any WriteTransaction, stamp: inout Stamp) throws -> Installation {
        for purpose in InstallationKey.Purpose.allCases where try transaction.keys(purpose).isEmpty {
            try transaction.insert(
                InstallationKey(id: fresh(&stamp), purpose: purpose, secret: secret(purpose, &stamp), created: stamp.now))
        }
        for pause in try transaction.adapterPauses() { try transaction.resumeAdapter(pause.adapter) }
        let configuration = try configuration(transaction)
        if try transaction.service(configuration.defaultService) == nil {
            try transaction.establish(configuration.defaultService, named: "Default Conversations Service", stamp: &stamp)
        }
        return Installation(
            service: configuration.defaultService, revision: configuration.revision,
            gatewayID: String(decoding: try transaction.keys(.gateway).first?.secret ?? [], as: UTF8.self),
            mail: MailSigner(keys: try transaction.keys(.mail).map(\.secret)),
            links: MediaLinkSigner(keys: try transaction.keys(.links).map(\.secret)))
    }

    /// What the account configured; at first, the service that the database was made with is the default one.
    private func configuration(_ transaction: any WriteTransaction) throws -> AccountConfiguration {
        if let configuration = try transaction.accountConfiguration() { return configuration }
        let service = try transaction.keys(.service).last.flatMap { SID(String(decoding: $0.secret, as: UTF8.self), .service) }
        guard let service else { throw NotDurable("the database names no default service") }
        let configuration = AccountConfiguration(defaultService: service)
        try transaction.put(configuration)
        return configuration
    }

    private func secret(_ purpose: InstallationKey.Purpose, _ stamp: inout Stamp) -> [UInt8] {
        switch purpose {
        case .service: Array(stamp.identifiers.sid(.service).text.utf8)
        case .gateway: Array(fresh(&stamp).utf8)
        case .mail, .links:
            (0..<4).flatMap { _ in
                let word = stamp.identifiers.next()
                return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
            }
        }
    }

    private func fresh(_ stamp: inout Stamp) -> String { String(stamp.identifiers.next(), radix: 36) }
}

/// The daemon started: every delivery found under way is unknown, for nobody is left who could tell.
public struct RecoverInterrupted: Fact {
    public init() {}

    /// Returns the number of deliveries recovered; call again while it is not 0.
    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws -> Int {
        let interrupted = try transaction.interrupted(limit: 500)
        for delivery in interrupted {
            let result = AttemptResult(
                delivery: delivery.sid, attempt: delivery.attempt, outcome: .unknown(Diagnosis(text: "the daemon ended during the attempt"))
            )
            try Settlement.settle(result, transaction, rules, &stamp, &effects)
        }
        return interrupted.count
    }
}

/// The daemon started with settings that may have given a proxy address to another adapter: its participants, and what waits for them, follow.
public struct RehomeProxies: Fact {
    public init() {}

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        for bound in try transaction.boundProxies() {
            guard let proxy = try? Address(bound.proxy) else { continue }
            guard let owner = rules.directory.owner(of: proxy) else {
                effects.append(
                    .alert("participants are reached through \(proxy.masked), which no adapter serves any more; it was \(bound.adapter)"))
                continue
            }
            guard owner.name != bound.adapter else { continue }
            try transaction.rehome(bound, to: owner.name)
            effects.append(.alert("\(proxy.masked) is served by adapter \(owner.name) now, no longer by \(bound.adapter)"))
        }
    }
}
