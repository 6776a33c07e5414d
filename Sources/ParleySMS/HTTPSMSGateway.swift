public import ParleyCore
import ParleyYAML

/// An SMS provider reached over HTTP, as its definition says.
///
/// It keeps no state: what it does follows from the definition, the settings and the message alone.
public struct HTTPSMSGateway: CallbackGateway {
    public let definition: ProviderDefinition
    public let settings: HTTPSMSSettings
    /// The adapter's name in the settings.
    public let name: String
    public let capabilities: Capabilities
    /// Where the provider is told to call.
    public let callbacks: CallbackURLs
    private let exchange: any HTTPExchange

    /// - Parameter publicURL: the URL under which strangers reach our callbacks, without a query.
    public init(
        definition: ProviderDefinition, settings: HTTPSMSSettings, name: String, publicURL: String, exchange: any HTTPExchange
    ) {
        self.definition = definition
        self.settings = settings
        self.name = name
        self.exchange = exchange
        capabilities = Capabilities(receipts: definition.sendsReceipts)
        callbacks = CallbackURLs(publicURL: publicURL, adapter: name, secret: settings.callbackSecrets.first?.value)
    }

    /// A message that cannot be put into the provider's form fails for good; it never leaves.
    public func send(_ dispatch: Dispatch) async -> Outcome {
        let request: OutboundRequest
        do {
            request = try definition.render(dispatch, settings: settings, callbacks: callbacks)
        } catch {
            return .permanent(Diagnosis(text: error.message))
        }
        do {
            let answer = try await exchange.send(request, trust: .operatorChosen)
            return definition.outcome(of: answer, settings: settings)
        } catch {
            return definition.outcome(of: error, settings: settings)
        }
    }

    public func interpret(_ request: CallbackRequest, at now: Instant) throws(Unauthentic) -> Interpretation {
        try definition.interpret(request, settings: settings, at: now)
    }
}
