import ParleyCore

/// A way to a relay that keeps what it is given and answers as it is told.
actor SubmissionStub: MailSubmission {
    private(set) var mails: [OutboundMail] = []
    private(set) var relays: [Relay] = []
    private let answer: Result<[RecipientReply], TransferFailure>

    init(_ answer: Result<[RecipientReply], TransferFailure> = .success([RecipientReply(recipient: "", code: 250)])) {
        self.answer = answer
    }

    func submit(_ mail: OutboundMail, to relay: Relay) async throws(TransferFailure) -> [RecipientReply] {
        mails.append(mail)
        relays.append(relay)
        return try answer.get()
    }
}

/// Media in memory.
struct MediaStub: MediaStore {
    var contents: [MediaKey: [UInt8]] = [:]

    func receive() throws(MediaFailure) -> any MediaReception { throw MediaFailure("takes nothing") }

    func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] {
        guard let content = contents[key] else { throw MediaFailure("no such medium") }
        return Array(content[range.clamped(to: 0..<content.count)])
    }

    func size(of key: MediaKey) throws(MediaFailure) -> Int? { contents[key]?.count }

    func remove(_ key: MediaKey) throws(MediaFailure) {}
}
