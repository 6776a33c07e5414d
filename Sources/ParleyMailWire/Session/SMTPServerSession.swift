/// The server's side of an SMTP dialogue (RFC 5321) as a value: bytes in, events out, no I/O and no clock.
///
/// The owner calls ``open()`` once, writes every reply, feeds what it reads to ``receive(_:)`` and answers each question exactly
/// once. While an answer is owed further input waits, so pipelined commands are answered in order (RFC 2920). How the bytes are cut
/// into reads never changes what comes out. Time-outs are the owner's, also for a client that never ends its data.
///
/// Line ends are CRLF. Any other one, in a command or in data, is answered 521 5.5.2 and ends the session. A client that speaks
/// before the banner is answered 554 5.5.1 and the session ends.
public struct SMTPServerSession: Sendable {
    public let configuration: SMTPSessionConfiguration

    /// What the session does with the next byte.
    enum Phase: Equatable {
        /// Becomes `.command` by `open`.
        case unopened
        /// Becomes `.recipient` by RCPT, `.data` by DATA.
        case command
        /// Waits for `resolveRecipient`, then `.command`.
        case recipient(SMTPAddress)
        /// Becomes `.message` at the end of the data, or `.command` when the data is refused.
        case data
        /// Waits for `resolveMessage`, then `.command`.
        case message
        case closed
    }

    var phase = Phase.unopened
    var hello: String?
    var isExtended = false
    /// The transaction that MAIL opened.
    var envelope: SMTPEnvelope?
    var reader: SMTPDataReader
    private var line = SMTPLineReader()
    private var pending: [UInt8] = []
    private var events: [SMTPSessionEvent] = []
    private var errors = 0
    private var transactions = 0

    public init(configuration: SMTPSessionConfiguration) {
        self.configuration = configuration
        self.reader = SMTPDataReader(sizeMax: configuration.sizeMax)
    }

    /// True while a question is open; the owner should not read from the connection then.
    public var isAwaitingAnswer: Bool {
        switch phase {
        case .recipient, .message: true
        case .unopened, .command, .data, .closed: false
        }
    }

    /// True once ``SMTPSessionEvent/close`` was given; input is ignored from then on.
    public var isClosed: Bool { phase == .closed }

    /// Greets the client.
    public mutating func open() -> [SMTPSessionEvent] {
        guard phase == .unopened else { return [] }
        phase = .command
        reply(SMTPReply(220, nil, "\(configuration.hostname) ESMTP"))
        return drain()
    }

    /// Takes bytes as they were read.
    public mutating func receive(_ bytes: some Collection<UInt8>) -> [SMTPSessionEvent] {
        guard phase != .closed, !bytes.isEmpty else { return [] }
        if phase == .unopened {
            end(with: SMTPReply(554, "5.5.1", "Wait for the banner"))
            return drain()
        }
        if isAwaitingAnswer, bytes.count > configuration.pendingMax - pending.count {
            end(with: SMTPReply(421, "4.7.0", "Too much input while an answer is owed"))
            return drain()
        }
        pending.append(contentsOf: bytes)
        return advance()
    }

    /// Answers ``SMTPSessionEvent/recipient(_:sender:)``. Without an open question nothing happens.
    public mutating func resolveRecipient(_ verdict: SMTPRecipientVerdict) -> [SMTPSessionEvent] {
        guard case .recipient(let address) = phase else { return [] }
        phase = .command
        finishRCPT(address, verdict)
        return advance()
    }

    /// Answers ``SMTPSessionEvent/message(_:content:)``. Without an open question nothing happens.
    public mutating func resolveMessage(_ verdict: SMTPMessageVerdict) -> [SMTPSessionEvent] {
        guard phase == .message else { return [] }
        phase = .command
        finishDATA(verdict)
        return advance()
    }

    // MARK: What the verbs use

    mutating func reply(_ reply: SMTPReply) { events.append(.reply(reply)) }

    /// A refusal that counts against `errorsMax`.
    mutating func refuse(_ code: Int, _ enhanced: String, _ text: String) {
        reply(SMTPReply(code, enhanced, text))
        errors += 1
        if errors >= configuration.errorsMax { end(with: SMTPReply(421, "4.7.0", "Too many errors")) }
    }

    mutating func ask(_ event: SMTPSessionEvent, then phase: Phase) {
        self.phase = phase
        events.append(event)
    }

    mutating func end(with last: SMTPReply) {
        reply(last)
        events.append(.close)
        phase = .closed
        pending = []
        envelope = nil
        reader = SMTPDataReader(sizeMax: configuration.sizeMax)
    }

    /// Counts a transaction; false when the session has had its share.
    mutating func admitTransaction() -> Bool {
        guard transactions < configuration.transactionsMax else {
            end(with: SMTPReply(421, "4.7.0", "Too many transactions in one session"))
            return false
        }
        transactions += 1
        return true
    }

    // MARK: Input

    private mutating func drain() -> [SMTPSessionEvent] {
        defer { events = [] }
        return events
    }

    /// Works through the pending input until it is used up or an answer is owed.
    private mutating func advance() -> [SMTPSessionEvent] {
        var input = pending[...]
        // Releases the stored array, so that the slice is its only owner.
        pending = []
        loop: while !input.isEmpty {
            switch phase {
            case .command: advanceCommand(&input)
            case .data: advanceData(&input)
            case .unopened, .recipient, .message, .closed: break loop
            }
        }
        if phase != .closed { pending = Array(input) }
        return drain()
    }

    private mutating func advanceCommand(_ input: inout ArraySlice<UInt8>) {
        switch line.consume(&input, lengthMax: configuration.commandLineMax) {
        case .incomplete: break
        case .line(let bytes): perform(bytes)
        case .tooLong: refuse(500, "5.5.6", "Line too long")
        case .bareLineEnd: end(with: SMTPReply(521, "5.5.2", "Lines end with CRLF, nothing else"))
        }
    }

    private mutating func advanceData(_ input: inout ArraySlice<UInt8>) {
        switch reader.consume(&input) {
        case .incomplete: break
        case .complete: completeDATA()
        case .bareLineEnd: end(with: SMTPReply(521, "5.5.2", "Lines end with CRLF, nothing else"))
        }
    }

    private mutating func perform(_ bytes: [UInt8]) {
        let word = bytes.prefix { $0 != 0x20 }
        let argument = bytes[word.endIndex...].drop { $0 == 0x20 }
        switch String(decoding: word, as: UTF8.self).uppercased() {
        case "EHLO": performEHLO(argument)
        case "HELO": performHELO(argument)
        case "MAIL": performMAIL(argument)
        case "RCPT": performRCPT(argument)
        case "DATA": performDATA(argument)
        case "RSET": performRSET(argument)
        case "NOOP": performNOOP()
        case "QUIT": performQUIT(argument)
        case let verb: performOther(verb)
        }
    }
}
