extension Delivery.Status {
    /// True when the person did not get it.
    public var isFailure: Bool { self == .failed || self == .undelivered }

    /// What the parts of a message make of the whole: it failed when one of them did, it is delivered or read when all of them are, and it is
    /// sent before.
    public static func over(_ parts: [Delivery.Status?]) -> Delivery.Status {
        if let failure = parts.compactMap(\.self).first(where: \.isFailure) { return failure }
        if parts.allSatisfy({ $0 == .read }) { return .read }
        return parts.allSatisfy { $0 == .read || $0 == .delivered } ? .delivered : .sent
    }

    /// Whether later evidence may replace what is known. `sent` may become anything; proof of delivery overrules a failure; nothing else
    /// moves a status back (contract: semantics §7).
    public static func evidence(_ new: Delivery.Status, mayReplace known: Delivery.Status?) -> Bool {
        switch (known, new) {
        case (nil, _): true
        case (.sent, .sent): false
        case (.sent, _): true
        case (.delivered, .read): true
        case (.delivered, _), (.read, _): false
        case (.failed, .delivered), (.failed, .read), (.undelivered, .delivered), (.undelivered, .read): true
        case (.failed, _), (.undelivered, _): false
        }
    }
}
