extension Delivery.Status {
    /// True when the person did not get it.
    public var isFailure: Bool { self == .failed || self == .undelivered }

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
