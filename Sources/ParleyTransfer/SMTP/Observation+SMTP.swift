internal import CParleyCurl
internal import ParleyCore

/// The relay's verdicts in what was seen of a mail submission.
extension Observation {
    /// True when the connection came from the pool and the relay had given it up, and nothing of the content left.
    var foundStaleConnection: Bool {
        guard reusedConnection, contentTaken == 0, case .finished(let code) = end else { return false }
        switch code {
        case CURLE_OK, CURLE_OPERATION_TIMEDOUT: return false
        default:
            let replies = SMTPReply.replies(lines)
            return replies.isEmpty || replies.contains { $0.code == 421 }
        }
    }

    func replies(to mail: OutboundMail, relay: Relay) throws(TransferFailure) -> [RecipientReply] {
        let subject = "mail to \(relay.host):\(relay.port)"
        let allTaken = requestsBegun > 0 && contentTaken == mail.content.count && dataWasInvited(mail)
        switch end {
        case .cancelled: throw cancellation(mayHaveLeft: allTaken && dataReply(mail) == nil, subject: subject)
        case .finished(let code):
            if let verdicts = verdicts(mail, code: code) { return verdicts }
            throw failure(code, mayHaveLeft: allTaken, subject: subject)
        }
    }

    /// The replies in the order of their commands, which libcurl sends one at a time: MAIL, each RCPT, DATA, and the end of the data.
    private var transaction: [SMTPReply] { SMTPReply.replies(lines.dropFirst(linesBeforeRequest)) }

    private func dataWasInvited(_ mail: OutboundMail) -> Bool { transaction.dropFirst(1 + mail.recipients.count).first?.code == 354 }

    private func dataReply(_ mail: OutboundMail) -> SMTPReply? { transaction.dropFirst(2 + mail.recipients.count).first }

    /// One verdict for each recipient, or nil when at least one is missing.
    private func verdicts(_ mail: OutboundMail, code: CURLcode) -> [RecipientReply]? {
        guard requestsBegun > 0 else {
            // The greeting, EHLO or AUTH was refused. What the server thinks of the credentials is the operator's business and not the
            // mail's, unless it is a passing trouble.
            guard let last = SMTPReply.replies(lines).last(where: { $0.code != 221 }), last.isRefusal else { return nil }
            switch code {
            case CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED: break
            case CURLE_LOGIN_DENIED: if last.code / 100 != 4 { return nil }
            // The connection broke: an EHLO that was refused before is no verdict, since HELO may have followed. A farewell is one.
            default: if last.code != 421 { return nil }
            }
            return mail.recipients.map { last.verdict(on: $0) }
        }
        let replies = transaction
        let goodbye = replies.first { $0.code == 421 }
        if let sender = replies.first, sender.isRefusal { return mail.recipients.map { sender.verdict(on: $0) } }
        let data = replies.dropFirst(1 + mail.recipients.count).first
        let final = data.flatMap { $0.isRefusal ? $0 : dataReply(mail) } ?? goodbye
        var verdicts: [RecipientReply] = []
        for (index, recipient) in mail.recipients.enumerated() {
            let own = replies.dropFirst(1 + index).first
            guard let reply = own.flatMap({ $0.isRefusal ? $0 : nil }) ?? final, reply.isRefusal || reply.code / 100 == 2 else {
                return nil
            }
            verdicts.append(reply.verdict(on: recipient))
        }
        return verdicts
    }
}

extension SMTPReply {
    var isRefusal: Bool { code / 100 == 4 || code / 100 == 5 }

    func verdict(on recipient: String) -> RecipientReply {
        RecipientReply(recipient: recipient, code: code, enhanced: enhanced, text: text, queueID: queueID)
    }
}
