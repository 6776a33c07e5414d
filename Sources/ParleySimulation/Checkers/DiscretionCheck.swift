import ParleyCore

/// Promise 8: neither error texts nor what goes to the log hold a body or a full address.
enum DiscretionCheck {
    static func violations(_ evidence: Evidence) -> [Violation] {
        let secrets = ["confidential"] + Cast.phones + Cast.mailboxes
        let texts = evidence.deliveries.values.sorted { $0.ordinal < $1.ordinal }.compactMap { delivery in
            delivery.errorText.map { ("the error text of \(delivery.sid)", $0) }
        }
        return (texts + evidence.ledger.alerts.map { ("an alert", $0) }).compactMap { place, text in
            secrets.contains { text.contains($0) } ? Violation(.discretion, "\(place) holds what is somebody's own") : nil
        }
    }
}
