public import ParleyCore

/// What a caller may say of a conversation's webhook. Nil leaves it as it is.
public struct ScopedWebhookChanges: Sendable, Hashable {
    public var url: String?
    public var method: HookMethod?
    /// Names as they were given; letters of either case.
    public var filters: [String]?
    public var triggers: [String]?
    public var flow: SID?

    public init(
        url: String? = nil, method: HookMethod? = nil, filters: [String]? = nil, triggers: [String]? = nil, flow: SID? = nil
    ) {
        self.url = url
        self.method = method
        self.filters = filters
        self.triggers = triggers
        self.flow = flow
    }
}

/// A caller attached a webhook to a conversation.
public struct CreateScopedWebhook: Fact {
    public var conversation: ConversationName
    public var target: ScopedWebhook.Target
    public var changes: ScopedWebhookChanges
    /// All messages beyond this index are replayed to it.
    public var replayAfter: Int?

    public init(
        in conversation: ConversationName, target: ScopedWebhook.Target, _ changes: ScopedWebhookChanges, replayAfter: Int? = nil
    ) {
        self.conversation = conversation
        self.target = target
        self.changes = changes
        self.replayAfter = replayAfter
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> ScopedWebhook
    {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        guard conversation.state != .closed else { throw Refusal.conversationClosed }
        let limit = rules.limits.scopedWebhooks
        guard try transaction.scopedWebhooks(of: conversation.sid, page: PageRequest(size: limit)).rows.count < limit else {
            throw Refusal.scopedWebhooksLimit(limit)
        }
        var replay: Range<Int>?
        if let replayAfter, target != .studio, replayAfter < conversation.nextIndex - 1 {
            replay = max(replayAfter, -1) + 1..<conversation.nextIndex
        }
        var webhook = ScopedWebhook(
            sid: stamp.identifiers.sid(.scopedWebhook), conversation: conversation.sid, target: target, replayAfter: replayAfter,
            replay: replay, created: stamp.now, updated: stamp.now)
        try webhook.take(changes)
        // The reader of the event log carries the replay out.
        if replay != nil { effects.append(.publish) }
        return try transaction.insert(webhook)
    }
}

/// A caller changed a conversation's webhook.
public struct UpdateScopedWebhook: Fact {
    public var conversation: ConversationName
    public var webhook: SID
    public var changes: ScopedWebhookChanges

    public init(_ webhook: SID, in conversation: ConversationName, _ changes: ScopedWebhookChanges) {
        self.webhook = webhook
        self.conversation = conversation
        self.changes = changes
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws
        -> ScopedWebhook
    {
        var found = try ScopedWebhook.find(webhook, in: conversation, transaction, rules)
        try found.take(changes)
        found.updated = stamp.now
        try transaction.update(found)
        return found
    }
}

/// A caller removed a conversation's webhook. What is queued for it already is still sent.
public struct DeleteScopedWebhook: Fact {
    public var conversation: ConversationName
    public var webhook: SID

    public init(_ webhook: SID, in conversation: ConversationName) {
        self.webhook = webhook
        self.conversation = conversation
    }

    public func apply(to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]) throws {
        try transaction.delete(try ScopedWebhook.find(webhook, in: conversation, transaction, rules))
    }
}

extension ScopedWebhook {
    fileprivate static func find(
        _ sid: SID, in conversation: ConversationName, _ transaction: any ReadTransaction, _ rules: Rules
    ) throws -> ScopedWebhook {
        let conversation = try conversation.find(in: transaction, default: rules.installation.service)
        guard let found = try transaction.scopedWebhook(sid, in: conversation.sid) else {
            throw Refusal.notFound("/Conversations/\(conversation.sid)/Webhooks/\(sid)")
        }
        return found
    }

    /// Checks and takes changes over (contract: semantics §2, 50362 to 50372). What is not the target's is left aside, as unknown parameters are.
    public mutating func take(_ changes: ScopedWebhookChanges) throws(Refusal) {
        guard target != .studio else {
            if let flow = changes.flow { self.flow = flow }
            guard flow != nil else {
                throw Refusal(code: 50372, status: 400, message: "Missing parameter Configuration.FlowSid: a studio webhook needs it")
            }
            return
        }
        if let text = changes.url { url = text }
        guard let url, !url.isEmpty else {
            throw Refusal(code: 50369, status: 400, message: "Missing parameter Configuration.Url: a \(target.rawValue) needs it")
        }
        if let problem = WebhookURL.problem(with: url) {
            throw Refusal(code: 50370, status: 400, message: "Invalid parameter Configuration.Url: \(problem)")
        }
        if let method = changes.method { self.method = method }
        if target == .webhook {
            if let names = changes.filters { filters = try ScopedWebhook.filters(names) }
            guard !filters.isEmpty else {
                throw Refusal(
                    code: 50365, status: 400, message: "Missing parameter Configuration.Filters: expected \(ScopedWebhook.filterNames)")
            }
        } else {
            if let words = changes.triggers { triggers = try ScopedWebhook.triggers(words) }
            guard !triggers.isEmpty else {
                throw Refusal(
                    code: 50367, status: 400,
                    message: "Missing parameter Configuration.Triggers: expected 1 to \(triggersMax) keywords")
            }
        }
    }

    private static let filterNames = Hook.ofConversations.map(\.rawValue).joined(separator: ", ")

    private static func filters(_ names: [String]) throws(Refusal) -> [Hook] {
        guard let hooks = Hook.read(names, among: Hook.ofConversations) else {
            throw Refusal(code: 50366, status: 400, message: "Invalid parameter Configuration.Filters: expected \(filterNames)")
        }
        return hooks
    }

    private static func triggers(_ words: [String]) throws(Refusal) -> [String] {
        guard words.count <= triggersMax else {
            throw Refusal(
                code: 50362, status: 400, message: "Invalid parameter Configuration.Triggers: expected at most \(triggersMax) keywords")
        }
        guard words.allSatisfy({ !$0.isEmpty && $0.unicodeScalars.count <= triggerCharactersMax }) else {
            throw Refusal(
                code: 50368, status: 400,
                message: "Invalid parameter Configuration.Triggers: expected keywords of 1 to \(triggerCharactersMax) characters")
        }
        return words
    }
}

/// The contract's bounds of a trigger.
private let triggersMax = 5
private let triggerCharactersMax = 256

extension Hook {
    /// The hooks of these names, letters of either case, each once; nil when one is none of them.
    public static func read(_ names: [String], among hooks: [Hook] = allCases) -> [Hook]? {
        var found: [Hook] = []
        for name in names {
            let folded = name.lowercased()
            guard let hook = hooks.first(where: { $0.rawValue.lowercased() == folded }) else { return nil }
            if !found.contains(hook) { found.append(hook) }
        }
        return found
    }
}

extension Refusal {
    static func scopedWebhooksLimit(_ limit: Int) -> Refusal {
        Refusal(code: 50361, status: 403, message: "Webhooks limit reached: a conversation has at most \(limit)")
    }
}
