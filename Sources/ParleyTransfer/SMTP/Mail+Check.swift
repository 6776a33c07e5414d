internal import ParleyCore

/// What must hold of a mail and its relay before libcurl sees them.
extension OutboundMail {
    /// - Throws: ``TransferFailure/Reason/malformed``.
    func check() throws(TransferFailure) {
        guard sender.isEmpty || EnvelopeAddress.isSendable(sender) else { throw malformed("the envelope sender cannot be sent") }
        guard !recipients.isEmpty else { throw malformed("there is no recipient") }
        for (index, recipient) in recipients.enumerated() where !EnvelopeAddress.isSendable(recipient) {
            throw malformed("envelope recipient \(index + 1) of \(recipients.count) cannot be sent")
        }
        guard Self.hasWholeLineEnds(content) else { throw malformed("the content holds NUL or a line end other than CRLF") }
    }

    /// A bare CR or LF is read as a line end by some servers and not by others, which lets a second mail hide in the first (RFC 5321
    /// §2.3.8).
    private static func hasWholeLineEnds(_ content: [UInt8]) -> Bool {
        var previous: UInt8 = 0x20
        for byte in content {
            if byte == 0 || (previous == 0x0D) != (byte == 0x0A) { return false }
            previous = byte
        }
        return previous != 0x0D
    }
}

extension Relay {
    /// - Throws: ``TransferFailure/Reason/malformed``.
    func check() throws(TransferFailure) {
        guard IPAddress(host) != nil || EnvelopeAddress.isDomain(host.utf8[...].map { $0 }[...]) else {
            throw malformed("the relay's host is neither a name nor an address")
        }
        guard (1...65535).contains(port) else { throw malformed("the relay's port is outside of 1 to 65535") }
        let name = Array(hello.utf8)[...]
        guard EnvelopeAddress.isDomain(name) || EnvelopeAddress.isLiteral(name) else { throw malformed("the EHLO name is not a host name") }
        for text in [username, password, authorities] where text?.utf8.contains(0) ?? false {
            throw malformed("the relay's credentials or authorities hold NUL")
        }
    }

    /// The relay as libcurl's URL, whose path is the name said in EHLO.
    var url: String {
        "\(security == .implicit ? "smtps" : "smtp")://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(hello)"
    }
}

private func malformed(_ detail: String) -> TransferFailure { TransferFailure(.malformed, mayHaveLeft: false, detail: detail) }
