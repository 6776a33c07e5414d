public import ParleyCore
import ParleyYAML

/// An SMS provider reached over HTTP, as its definition says.
///
/// It keeps no state: what it does follows from the definition, the settings and the message alone.
public struct HTTPSMSGateway: CallbackGateway {
    public let settings: HTTPSMSSettings
    /// The adapter's name in the settings.
    public let name: String
    public let capabilities: Capabilities
    /// Where the provider is told to call.
    public let callbacks: CallbackURLs
    let exchange: any HTTPExchange

    public var definition: ProviderDefinition { settings.definition }

    /// - Parameter publicURL: the URL under which strangers reach our callbacks, without a query.
    public init(settings: HTTPSMSSettings, name: String, publicURL: String, exchange: any HTTPExchange) {
        self.settings = settings
        self.name = name
        self.exchange = exchange
        capabilities = settings.definition.capabilities
        callbacks = CallbackURLs(publicURL: publicURL, adapter: name, secret: settings.callbackSecrets.first?.value)
    }

    /// A message that cannot be put into the provider's form fails for good; it never leaves.
    ///
    /// A text that needs several requests is sent in their order, each after the one before was taken; those that an earlier attempt got through
    /// are not sent again.
    public func send(_ dispatch: Dispatch) async -> Outcome {
        let requests: [OutboundRequest]
        do {
            requests = try definition.render(dispatch, settings: settings, callbacks: callbacks)
        } catch {
            return .permanent(Diagnosis(text: error.message))
        }
        guard requests.count > 1 else { return await send(requests[0]) }
        guard dispatch.partsTaken.allSatisfy(requests.indices.contains) else {
            return .permanent(
                Diagnosis(text: "parts of it have left, and the text is cut in another way since: what is missing is not known"))
        }
        var sending = SendingInParts(dispatch.delivery, total: requests.count, taken: dispatch.partsTaken)
        while let number = sending.next {
            sending.record(await send(requests[number]), of: number)
        }
        return sending.outcome
    }

    private func send(_ request: OutboundRequest) async -> Outcome {
        do {
            return definition.outcome(of: try await exchange.send(request, trust: .operatorChosen), settings: settings)
        } catch {
            return definition.outcome(of: error, settings: settings)
        }
    }

    public func interpret(_ request: CallbackRequest, at now: Instant) throws(Unauthentic) -> Interpretation {
        try definition.interpret(request, settings: settings, at: now)
    }
}

extension ProviderDefinition {
    /// What an adapter with this definition can carry.
    public var capabilities: Capabilities {
        Capabilities(
            mediaTypes: media?.kinds ?? [], mediaCountMax: media?.count ?? 0, mediaBytesMax: media?.each ?? 0,
            mediaBytesTotalMax: media?.total ?? .max, mediaByLink: media != nil, receipts: sendsReceipts, dropsRepeats: dropsRepeats)
    }
}

/// One attempt of several requests: what became of each, and what that makes of the whole.
struct SendingInParts: Sendable {
    private let delivery: SID
    private let missing: [Int]
    private var ids: [Int: String] = [:]
    private var done: Set<Int> = []
    private var end: Outcome?

    /// - Parameter taken: the parts that need not be sent again.
    init(_ delivery: SID, total: Int, taken: [Int]) {
        self.delivery = delivery
        missing = (0..<total).filter { !taken.contains($0) }
    }

    /// The part to send next; nil when it is over.
    var next: Int? { end == nil ? missing.first { !done.contains($0) } : nil }

    mutating func record(_ outcome: Outcome, of part: Int) {
        guard case .accepted(let all) = outcome else {
            end = outcome
            return
        }
        done.insert(part)
        // A part that the provider gives no id has one of ours: it is kept that it was taken.
        ids[part] = all.first ?? DeliveryPart.standInID(delivery, part: part)
    }

    /// Always with the parts' numbers, even where all or none were taken: from a plain outcome nobody could tell that there are several.
    var outcome: Outcome {
        .partly(ids: ids, missing: missing.filter { !done.contains($0) }, then: end ?? .accepted([]))
    }
}
