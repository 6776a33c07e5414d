internal import ParleyMailWire

/// Knows from the replies of a session whether a mail transaction (RFC 5321 §3.3) is open, so that a stop does not cut it off.
struct TransactionProgress {
    private enum Stage {
        /// Nothing is lost when the connection ends here.
        case none
        /// MAIL was accepted.
        case envelope
        /// 354 was said; the next reply is the verdict on the data.
        case data
    }

    private var stage = Stage.none

    var isOpen: Bool { stage != .none }

    /// From 354 to the verdict on the data.
    var isInData: Bool { stage == .data }

    mutating func note(_ reply: SMTPReply) {
        switch (stage, reply.code, reply.enhanced) {
        case (.data, _, _): stage = .none
        case (_, 354, _): stage = .data
        case (_, 250, "2.1.0"): stage = .envelope
        // EHLO, HELO and RSET end a transaction. NOOP is answered like RSET: a client that says it within a transaction while we stop is
        // sent away and repeats the transaction, which loses nothing.
        case (_, 250, nil), (_, 250, "2.0.0"): stage = .none
        default: break
        }
    }
}
