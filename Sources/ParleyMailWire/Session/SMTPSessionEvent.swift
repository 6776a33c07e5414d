/// What a session asks of its owner, in the order in which it must happen.
public enum SMTPSessionEvent: Sendable, Hashable {
    /// Write this to the client.
    case reply(SMTPReply)
    /// Decide whether this recipient is served here, then call ``SMTPServerSession/resolveRecipient(_:)``. The second value is the
    /// envelope sender, nil for the null sender.
    case recipient(SMTPAddress, sender: SMTPAddress?)
    /// Take this message, then call ``SMTPServerSession/resolveMessage(_:)``. The content is the RFC 5322 bytes, dot-unstuffed, with
    /// CRLF line ends only.
    case message(SMTPEnvelope, content: [UInt8])
    /// Close the connection once everything before this event has been written. It is the last event of a session.
    case close
}

/// The answer to a recipient.
public enum SMTPRecipientVerdict: Sendable, Hashable {
    /// 250 2.1.5
    case accepted
    /// 550 5.1.1
    case unknown
    /// 451 4.3.0
    case temporarilyRefused
}

/// The answer to a message.
public enum SMTPMessageVerdict: Sendable, Hashable {
    /// 250 2.0.0 with a text such as `queued as …`. From here on the message is ours.
    case accepted(String)
    /// 451 4.3.0
    case temporarilyRefused
    /// 550 5.7.1: refused by policy.
    case rejected
    /// 554 5.6.0: refused for its content.
    case unacceptableContent
}
