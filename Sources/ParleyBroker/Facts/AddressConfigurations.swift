public import ParleyCore

/// How a path names an address configuration: by its identifier or by the address itself.
public struct AddressConfigurationName: Sendable, Hashable {
    /// As it stood in the path, percent-decoded.
    public let text: String

    public init(_ text: String) { self.text = text }

    /// The configuration, or 404/20404.
    public func find(in transaction: any ReadTransaction) throws -> AddressConfiguration {
        let found: AddressConfiguration? =
            if let sid = SID(text, .addressConfiguration) {
                try transaction.addressConfiguration(sid)
            } else {
                try (try? Address(text)).flatMap { try transaction.addressConfiguration(key: $0.key, kind: .init($0.channel)) }
                    ?? transaction.addressConfiguration(key: text, kind: nil)
            }
        guard let found else { throw Refusal.notFound("/Configuration/Addresses/\(text)") }
        return found
    }
}

/// What a caller may say of an address configuration. Nil leaves it as it is.
public struct AddressConfigurationChanges: Sendable, Hashable {
    /// Empty removes it.
    public var friendlyName: String?
    public var isEnabled: Bool?
    public var kind: AddressConfiguration.AutoCreation.Kind?
    /// Nil inside stands for the default service.
    public var service: SID??
    public var webhookURL: String?
    public var webhookMethod: HookMethod?
    public var webhookFilters: [Hook]?
    public var flow: SID?
    public var retryCount: Int?
    /// Nil inside stands for what the adapter's settings say.
    public var unknownSender: AdapterProfile.UnknownSender??

    public init() {}
}

/// A caller configured an address.
public struct CreateAddressConfiguration: Fact {
    public var kind: AddressConfiguration.Kind
    public var address: String
    /// ISO 3166-1 alpha-2.
    public var country: String?
    public var changes: AddressConfigurationChanges

    public init(_ kind: AddressConfiguration.Kind, address: String, country: String? = nil, _ changes: AddressConfigurationChanges) {
        self.kind = kind
        self.address = address
        self.country = country
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> AddressConfiguration
    {
        var configuration = AddressConfiguration(
            sid: stamp.identifiers.sid(.addressConfiguration), kind: kind, address: address, key: try key(rules.limits),
            country: try country.flatMap(Self.country), created: stamp.now, updated: stamp.now)
        try configuration.take(changes, transaction, rules)
        if try transaction.addressConfiguration(key: configuration.key, kind: kind) != nil { throw Refusal.addressConfigured }
        try transaction.insert(configuration)
        return configuration
    }

    /// Addresses that can be served must be readable; others are taken as they are.
    private func key(_ limits: Limits) throws -> String {
        guard let channel = kind.channel else {
            guard !address.isEmpty else { throw Refusal.missing("Address") }
            return try limits.name(address, "Address")
        }
        let read: Address
        do { read = try Address(address) } catch { throw Refusal.configuredAddress(error.description) }
        guard read.channel == channel else {
            throw Refusal.configuredAddress(
                "is of another kind than Type; expected \(channel == .sms ? "a phone number" : "a mail address")")
        }
        return read.key
    }

    private static func country(_ text: String) throws -> String? {
        guard !text.isEmpty else { return nil }
        guard text.wholeMatch(of: /[A-Za-z]{2}/) != nil else {
            throw Refusal.invalid("AddressCountry", "expected an ISO 3166-1 code of two letters such as US")
        }
        return text.uppercased()
    }
}

/// A caller changed an address configuration.
public struct UpdateAddressConfiguration: Fact {
    public var name: AddressConfigurationName
    public var changes: AddressConfigurationChanges

    public init(_ name: AddressConfigurationName, _ changes: AddressConfigurationChanges) {
        self.name = name
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> AddressConfiguration
    {
        var configuration = try name.find(in: transaction)
        try configuration.take(changes, transaction, rules)
        configuration.updated = stamp.now
        try transaction.update(configuration)
        return configuration
    }
}

/// A caller deleted an address configuration. Conversations that it made stay.
public struct DeleteAddressConfiguration: Fact {
    public var name: AddressConfigurationName

    public init(_ name: AddressConfigurationName) { self.name = name }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.delete(addressConfiguration: name.find(in: transaction).sid)
    }
}

extension AddressConfiguration {
    /// Checks and takes changes over. What another type of auto creation needs stays for when it is chosen again.
    fileprivate mutating func take(_ changes: AddressConfigurationChanges, _ transaction: any ReadTransaction, _ rules: Rules) throws {
        if let name = changes.friendlyName {
            let name = try rules.limits.name(name, "FriendlyName")
            friendlyName = name.isEmpty ? nil : name
        }
        if let enabled = changes.isEnabled { autoCreation.isEnabled = enabled }
        if let kind = changes.kind { autoCreation.kind = kind }
        if let service = changes.service {
            if let service, try transaction.service(service) == nil {
                throw Refusal.invalid("AutoCreation.ConversationServiceSid", "there is no such service")
            }
            autoCreation.service = service
        }
        if let url = changes.webhookURL { autoCreation.webhookURL = try Self.webhookURL(url) }
        if let method = changes.webhookMethod { autoCreation.webhookMethod = method }
        if let filters = changes.webhookFilters { autoCreation.webhookFilters = filters }
        if let flow = changes.flow { autoCreation.flow = flow }
        if let count = changes.retryCount { autoCreation.retryCount = count }
        if let sender = changes.unknownSender { unknownSender = sender }
        switch autoCreation.kind {
        case .default: break
        case .webhook: if autoCreation.webhookURL == nil { throw Refusal.missing("AutoCreation.WebhookUrl") }
        case .studio: if autoCreation.flow == nil { throw Refusal.missing("AutoCreation.StudioFlowSid") }
        }
    }

    private static func webhookURL(_ text: String) throws -> String? {
        guard !text.isEmpty else { return nil }
        if let problem = WebhookURL.problem(with: text) { throw Refusal.invalid("AutoCreation.WebhookUrl", problem) }
        return text
    }
}
