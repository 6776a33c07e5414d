import ParleyCore

/// Bounds of a time in queries.
extension Parameters {
    /// A bound of the creation time: a date alone means the whole day, a time its whole second.
    ///
    /// - Parameter end: true for the end of the time, which the value returned lies just beyond.
    func bound(_ name: String, end: Bool) throws(Refusal) -> Instant? {
        guard let text = try text(name) else { return nil }
        if let day = WireDate.day(text) { return end ? day + .seconds(86400) : day }
        guard let instant = WireDate.instant(text) else {
            throw .invalid(name, "expected an ISO 8601 date such as 2026-01-31, or a date and time such as 2026-01-31T12:00:00Z")
        }
        return end ? Instant(seconds: instant.seconds + 1) : instant
    }
}
