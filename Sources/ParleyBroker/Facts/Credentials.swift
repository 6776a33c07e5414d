public import ParleyCore

/// What a caller may say of a credential with a push network. Nil leaves it as it is.
public struct CredentialChanges: Sendable, Hashable {
    public var kind: PushCredential.Kind?
    public var friendlyName: String?
    public var isSandbox: Bool?
    public var secrets = PushSecrets()

    public init() {}

    /// - Throws: 400/20001 with the parameter's name.
    fileprivate func checked(_ limits: Limits) throws(Refusal) -> PushSecrets {
        let secretBytes = 16 * 1024
        let given = [
            ("Certificate", secrets.certificate), ("PrivateKey", secrets.privateKey), ("ApiKey", secrets.apiKey),
            ("Secret", secrets.secret),
        ]
        for (name, text) in given where (text?.utf8.count ?? 0) > secretBytes {
            throw .invalid(name, "longer than \(secretBytes) bytes")
        }
        // The others may be files of several lines; this one stands in a header.
        if let key = secrets.apiKey { _ = try Limits.line(key, "ApiKey") }
        return secrets
    }
}

/// A caller asked for a new credential. Only its type is required, as in the contract's examples; what its network needs besides may come
/// later.
public struct CreateCredential: Fact {
    public var kind: PushCredential.Kind
    public var changes: CredentialChanges

    public init(_ kind: PushCredential.Kind, _ changes: CredentialChanges) {
        self.kind = kind
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> PushCredential
    {
        let credential = PushCredential(
            sid: stamp.identifiers.sid(.credential), kind: kind, friendlyName: try changes.friendlyName.map(rules.limits.label),
            isSandbox: changes.isSandbox ?? false, created: stamp.now, updated: stamp.now)
        try transaction.insert(credential, secrets: try changes.checked(rules.limits))
        return credential
    }
}

/// A caller changed a credential.
public struct UpdateCredential: Fact {
    public var credential: SID
    public var changes: CredentialChanges

    public init(_ credential: SID, _ changes: CredentialChanges) {
        self.credential = credential
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> PushCredential
    {
        guard var row = try transaction.credential(credential) else { throw Refusal.notFound("/Credentials/\(credential)") }
        if let kind = changes.kind { row.kind = kind }
        if let name = changes.friendlyName { row.friendlyName = try rules.limits.label(name) }
        if let isSandbox = changes.isSandbox { row.isSandbox = isSandbox }
        row.updated = stamp.now
        try transaction.update(row, secrets: try changes.checked(rules.limits))
        return row
    }
}

/// A caller deleted a credential, with its secrets. Bindings that name it stay.
public struct DeleteCredential: Fact {
    public var credential: SID

    public init(_ credential: SID) { self.credential = credential }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.delete(credential: credential)
    }
}
