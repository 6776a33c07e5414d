/// Webhooks: where they go, and what is owed to them.
enum WebhookTables {
    static let statements: [String] = []
}
