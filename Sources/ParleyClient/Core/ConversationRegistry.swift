/// The one object of each conversation. Those that one is in are kept; others are found as long as somebody else keeps them.
struct ConversationRegistry {
    private struct Weak {
        weak var conversation: Conversation?
    }

    private var kept: [String: Conversation] = [:]
    private var others: [String: Weak] = [:]
    private var othersLimit = 64

    subscript(sid: String) -> Conversation? { kept[sid] ?? others[sid]?.conversation }

    var allKept: [Conversation] { Array(kept.values) }

    /// Those too that only others keep.
    var all: [Conversation] { allKept + others.values.compactMap(\.conversation) }

    mutating func keep(_ conversation: Conversation) {
        others[conversation.sid] = nil
        kept[conversation.sid] = conversation
    }

    mutating func release(_ conversation: Conversation) {
        kept[conversation.sid] = nil
        others[conversation.sid] = Weak(conversation: conversation)
        guard others.count > othersLimit else { return }
        others = others.filter { $0.value.conversation != nil }
        othersLimit = max(64, others.count * 2)
    }
}
