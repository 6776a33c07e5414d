import ParleyBroker
import ParleyCore

/// One import on its way: takes line after line, stages them in chunks where nobody sees them, and ends in one publication.
struct ConversationImport {
    let broker: Broker
    /// Nil for the default service.
    let service: SID?
    /// True when the pairs are to be held.
    let binds: Bool

    private var head: Numbered<ImportedConversation>?
    private var staged: SID?
    private var participants: [Numbered<ImportedParticipant>] = []
    private var messages: [Numbered<ImportedMessage>] = []
    /// The bytes of what waits to be staged.
    private var pendingBytes = 0
    private var people: [SID: SID] = [:]
    private var seen = Seen()
    private var keys: [MediaKey] = []
    private var isEnded = false

    private struct Seen {
        var participants: Set<SID> = []
        var identities: Set<String> = []
        var pairs: Set<PairKey> = []
        var messages = 0
        var lastIndex = -1
    }

    /// Lines, and bytes of text, that one commit stages.
    private static let (chunkLines, chunkBytes) = (200, 1 << 20)

    init(broker: Broker, service: SID?, binds: Bool) {
        self.broker = broker
        self.service = service
        self.binds = binds
    }

    mutating func take(_ line: ImportLine) async throws {
        guard !isEnded else { throw line.expected("nothing after the end") }
        let kind = try line.kind()
        guard (kind == .conversation) == (head == nil) else {
            throw line.expected(head == nil ? "the conversation first" : "one conversation only")
        }
        switch kind {
        case .conversation:
            let conversation = try line.conversation()
            head = conversation
            staged = try await broker.perform(BeginImport(conversation, in: service))
        case .participant:
            guard seen.messages == 0 else { throw line.expected("participants before messages") }
            let participant = try line.participant()
            try check(participant.content, line)
            participants.append(participant)
            pendingBytes += participant.content.attributes.utf8.count
        case .message:
            let (message, content) = try line.message()
            guard message.content.index > seen.lastIndex else { throw line.expected("an index above those before it") }
            (seen.lastIndex, seen.messages) = (message.content.index, seen.messages + 1)
            for (_, bytes) in content { keys.append(try await keep(bytes)) }
            messages.append(message)
            pendingBytes += (message.content.body?.utf8.count ?? 0) + message.content.attributes.utf8.count
        case .end:
            let counts = try line.end()
            guard counts == (seen.messages, seen.participants.count) else {
                throw line.expected(
                    "as many messages and participants as the lines before it: \(seen.messages) and \(seen.participants.count)")
            }
            isEnded = true
        }
        if participants.count + messages.count >= Self.chunkLines || pendingBytes >= Self.chunkBytes { try await stage() }
    }

    /// What makes the whole visible.
    mutating func publication(lineCount: Int) async throws -> PublishImport {
        guard isEnded, let head, let staged else {
            throw Refusal.importLine(lineCount + 1, head == nil ? "the conversation first" : "the end; the export was cut off")
        }
        try await stage()
        return PublishImport(staged, head, in: service, binds: binds)
    }

    /// Takes away what is staged; nothing happens when it was published.
    ///
    /// - Parameter bytes: true to let go of the bytes that it brought as well.
    func giveUp(bytes: Bool) async throws {
        guard let staged else { return }
        try await broker.perform(AbandonImport(staged, keys: bytes ? keys : []))
        while try await broker.perform(DiscardImports()) > 0 {}
    }

    private mutating func stage() async throws {
        guard let staged, !participants.isEmpty || !messages.isEmpty else { return }
        people = try await broker.perform(
            StageImport(staged, in: service, participants: participants, messages: messages, people: people, binds: binds))
        (participants, messages, pendingBytes) = ([], [], 0)
    }

    private mutating func check(_ participant: ImportedParticipant, _ line: ImportLine) throws {
        guard seen.participants.insert(participant.sid).inserted else { throw line.expected("a sid that no line before it has") }
        if let identity = participant.identity, !seen.identities.insert(identity).inserted {
            throw line.expected("an identity that no line before it has")
        }
        if let pair = participant.pair, !seen.pairs.insert(pair.key).inserted {
            throw line.expected("a pair of addresses that no line before it has")
        }
        let limits = broker.rules.limits
        guard seen.participants.count <= limits.participants else { throw Refusal.participantsLimit(limits.participants) }
        guard seen.pairs.count <= limits.nonChatParticipants else { throw Refusal.nonChatLimit(limits.nonChatParticipants) }
    }

    private func keep(_ bytes: [UInt8]) async throws -> MediaKey {
        let media = broker.media
        return try await Blocking.run { try media.keep(bytes) }
    }
}
