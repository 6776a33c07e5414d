import ParleyCore

/// Who may be written to from which address.
extension SQLiteTransaction {
    private static let consentColumns = "pair_key, state, source, adapter, detail, message, changed"

    private static func consent(_ fields: inout Fields) throws -> Consent {
        try Consent(
            pair: PairKey(rawValue: fields.text()), state: fields.choice(), source: fields.choice(), adapter: fields.optionalText(),
            detail: fields.optionalText(), message: fields.optionalSID(), changed: fields.instant())
    }

    func consent(_ pair: PairKey) throws -> Consent? {
        try first("SELECT \(Self.consentColumns) FROM consent WHERE pair_key = ?1", [pair.rawValue], Self.consent)
    }

    func consents(_ filter: ConsentFilter, page: PageRequest) throws -> Page<Consent> {
        var listing = Listing("consent", table: "consent", keys: ["id"], columns: Self.consentColumns, decode: Self.consent)
        if let state = filter.state { listing.filter("state = ?", state.rawValue) }
        if let address = filter.address { listing.filter("address_key = ?", address) }
        return try self.page(listing, page)
    }

    func record(_ consent: Consent) throws {
        try execute(
            """
            INSERT INTO consent (pair_key, address_key, state, source, adapter, detail, message, changed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (pair_key) DO UPDATE SET state = excluded.state, source = excluded.source, adapter = excluded.adapter,
                detail = excluded.detail, message = excluded.message, changed = excluded.changed
            """,
            [
                consent.pair.rawValue, consent.addresses.address, consent.state.rawValue, consent.source.rawValue, consent.adapter,
                consent.detail, consent.message?.text, consent.changed.milliseconds,
            ])
    }
}
