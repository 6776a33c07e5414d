import ParleyMailWire

/// Plays the owner of a session: feeds input, answers every question at once, writes down what happened.
struct Dialogue {
    /// Replies as `250 2.1.0 …` lines without CRLF, questions as `? address`, messages as `! content`, the end as `close`.
    private(set) var transcript: [String] = []
    private(set) var envelopes: [SMTPEnvelope] = []
    private(set) var contents: [[UInt8]] = []
    private(set) var session: SMTPServerSession
    private let messageVerdict: SMTPMessageVerdict

    init(
        _ configuration: SMTPSessionConfiguration = .init(hostname: "mx.example"), messageVerdict: SMTPMessageVerdict = .accepted("queued")
    ) {
        session = SMTPServerSession(configuration: configuration)
        self.messageVerdict = messageVerdict
        take(session.open())
    }

    /// Feeds `input` in reads of `size` bytes, or whole.
    mutating func say(_ input: some StringProtocol, readsOf size: Int? = nil) { say(Array(input.utf8), readsOf: size) }

    mutating func say(_ input: [UInt8], readsOf size: Int? = nil) {
        var rest = input[...]
        while !rest.isEmpty {
            let read = rest.prefix(size ?? rest.count)
            rest = rest.dropFirst(read.count)
            take(session.receive(read))
        }
    }

    private mutating func take(_ events: [SMTPSessionEvent]) {
        for event in events {
            switch event {
            case .reply(let reply):
                transcript += String(decoding: reply.wire, as: UTF8.self).split(separator: "\r\n").map(String.init)
            case .recipient(let address, _):
                transcript.append("? \(address)")
                let verdict: SMTPRecipientVerdict =
                    switch address.localPart {
                    case "nobody": .unknown
                    case "later": .temporarilyRefused
                    default: .accepted
                    }
                take(session.resolveRecipient(verdict))
            case .message(let envelope, let content):
                envelopes.append(envelope)
                contents.append(content)
                transcript.append("! \(String(decoding: content, as: UTF8.self))")
                take(session.resolveMessage(messageVerdict))
            case .close:
                transcript.append("close")
            }
        }
    }

    /// First words of the transcript: `250 2.1.0`, or `250` where the reply has no enhanced code.
    var codes: [String] {
        transcript.map { line in
            guard let first = line.first, first.isNumber else { return line.hasPrefix("!") ? "!" : line }
            let words = line.split(separator: " ")
            let isEnhanced =
                words.count > 1 && words[1].filter { $0 == "." }.count == 2 && words[1].first?.isNumber == true && words[1].count <= 6
            return isEnhanced ? "\(words[0]) \(words[1])" : String(words[0].prefix(3))
        }
    }
}
