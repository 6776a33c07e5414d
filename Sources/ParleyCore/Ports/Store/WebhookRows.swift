/// Questions about webhooks and what is owed to them.
public protocol WebhookReading {}

/// Changes to webhooks and what is owed to them.
public protocol WebhookWriting: WebhookReading {}
