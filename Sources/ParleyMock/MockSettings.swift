public import ParleyCore
public import ParleyYAML

/// The section of an adapter of type `mock`.
public struct MockSettings: Sendable, Hashable {
    public var channel: Channel
    public var capabilities: Capabilities
    /// The receipt that follows each accepted attempt: `delivered` (default), another status, or none.
    public var receipts: Delivery.Status?

    public init(channel: Channel = .sms, capabilities: Capabilities = MockSettings.everything, receipts: Delivery.Status? = .delivered) {
        self.channel = channel
        self.capabilities = capabilities
        self.receipts = receipts
    }

    /// Any medium up to 5 MiB, ten at once.
    public static let everything = Capabilities(mediaTypes: ["*/*"], mediaCountMax: 10, mediaBytesMax: 5 << 20, receipts: true)
}

extension MockSettings {
    /// Reads what is the mock adapter's own in its section. `receipts` is `delivered` (default), another status, or `none`.
    public init(reading reader: MappingReader) {
        self.init()
        channel = reader.choice("channel", default: Channel.sms)
        let words = Delivery.Status.allCases.map(\.rawValue) + ["none"]
        if let word = reader.choice("receipts", among: words) { receipts = Delivery.Status(rawValue: word) }
        if reader.bool("media") == false { capabilities = Capabilities(receipts: true) }
    }
}
