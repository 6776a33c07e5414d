internal import ParleyCore

/// Turns what a relay, or the way to it, said about one recipient into an outcome. It decides nothing about retries.
enum SubmissionOutcome {
    /// RFC 5321 §4.2.1: the first digit decides. Codes about our credentials (RFC 4954 §6) are ours to mend.
    static func of(_ reply: RecipientReply) -> Outcome {
        let diagnosis = Diagnosis(carrierCode: carrierCode(reply), text: "the relay said: \(MaskedText.masked(reply.text))")
        switch reply.code {
        case 200..<300: return .accepted(reply.queueID.map { [$0] } ?? [])
        case 530, 534, 535, 538: return .misconfigured(diagnosis)
        case 400..<500: return .temporary(after: nil, diagnosis)
        case 500..<600: return .permanent(diagnosis)
        // No reply to a recipient is of another class; one that is says nothing about what the relay did.
        default: return .unknown(diagnosis)
        }
    }

    static func of(_ failure: TransferFailure) -> Outcome {
        let diagnosis = Diagnosis(carrierCode: failure.reason.rawValue, text: MaskedText.masked(failure.detail))
        if failure.mayHaveLeft { return .unknown(diagnosis) }
        switch failure.reason {
        case .authentication: return .misconfigured(diagnosis)
        // The same bytes to the same relay fail the same way.
        case .malformed: return .permanent(diagnosis)
        // Certificates expire and are renewed; until then mail waits, which is what `required` means. A relay is named by the operator, so
        // a refused address is a slip that a corrected setting mends while mail waits.
        case .unreachable, .unresolved, .tls, .forbiddenAddress, .timedOut, .broken, .tooLarge, .cancelled:
            return .temporary(after: nil, diagnosis)
        }
    }

    private static func carrierCode(_ reply: RecipientReply) -> String {
        reply.enhanced.map { "\(reply.code) \($0)" } ?? "\(reply.code)"
    }
}
