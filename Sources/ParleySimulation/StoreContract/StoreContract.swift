public import ParleyCore

/// The contract of the database port, as cases that any implementation must pass. Each wants an empty store of its own.
public enum StoreContract {
    /// A promise and the run that throws ``ContractViolation`` when it is broken.
    public typealias Case = (name: String, run: @Sendable (any ConversationStore) async throws -> Void)

    public static let cases: [Case] = topics.flatMap { $0 }

    private static let topics = [
        commitCases, conversationCases, participantCases, messageCases, fanOutCases, laneCases, deliveryCases, inboundCases, routingCases,
        installationCases, pagingCases, webhookCases, userCases, serviceCases, pushCases, archiveCases, feedCases,
    ]
}
