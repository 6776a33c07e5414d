import ParleyCore
import Testing

@testable import ParleyEmail

/// What is made of a relay's words.
@Suite struct SubmissionOutcomeTests {
    private enum Kind: Hashable { case accepted, temporary, permanent, misconfigured, unknown, other }

    private static func kind(_ outcome: Outcome) -> (kind: Kind, diagnosis: Diagnosis?) {
        switch outcome {
        case .accepted: (.accepted, nil)
        case .temporary(_, let diagnosis): (.temporary, diagnosis)
        case .permanent(let diagnosis): (.permanent, diagnosis)
        case .misconfigured(let diagnosis): (.misconfigured, diagnosis)
        case .unknown(let diagnosis): (.unknown, diagnosis)
        case .partly, .throttled, .optedOut: (.other, nil)
        }
    }

    @Test func keepsTheQueueID() {
        let reply = RecipientReply(recipient: "b@x.example", code: 250, enhanced: "2.0.0", text: "Ok: queued as Q1", queueID: "Q1")
        #expect(SubmissionOutcome.of(reply) == .accepted(["Q1"]))
        #expect(SubmissionOutcome.of(RecipientReply(recipient: "b@x.example", code: 251)) == .accepted([]))
    }

    @Test(arguments: [
        (421, Kind.temporary), (450, .temporary), (451, .temporary), (452, .temporary), (454, .temporary), (530, .misconfigured),
        (534, .misconfigured), (535, .misconfigured), (538, .misconfigured), (550, .permanent), (552, .permanent), (554, .permanent),
        (354, .unknown), (0, .unknown), (999, .unknown),
    ])
    private func goesByTheCode(_ code: Int, _ kind: Kind) {
        let outcome = SubmissionOutcome.of(RecipientReply(recipient: "b@x.example", code: code, enhanced: "9.9.9", text: "because"))
        #expect(Self.kind(outcome).kind == kind)
        #expect(Self.kind(outcome).diagnosis?.carrierCode == "\(code) 9.9.9")
        #expect(Self.kind(outcome).diagnosis?.text == "the relay said: because")
    }

    @Test(arguments: [
        (TransferFailure.Reason.unreachable, Kind.temporary), (.unresolved, .temporary), (.tls, .temporary),
        (.forbiddenAddress, .temporary),
        (.malformed, .permanent), (.authentication, .misconfigured), (.timedOut, .temporary), (.broken, .temporary),
        (.tooLarge, .temporary),
        (.cancelled, .temporary),
    ])
    private func goesByTheFailure(_ reason: TransferFailure.Reason, _ kind: Kind) {
        #expect(Self.kind(SubmissionOutcome.of(TransferFailure(reason, mayHaveLeft: false, detail: "d"))).kind == kind)
        #expect(Self.kind(SubmissionOutcome.of(TransferFailure(reason, mayHaveLeft: true, detail: "d"))).kind == .unknown)
    }

    @Test(arguments: [
        ("no such user here", "no such user here"),
        ("<bob.smith@home.example>: unknown", "<…@home.example>: unknown"),
        ("bob@home.example,eve@home.example", "…@home.example,…@home.example"),
        ("rcpt=\"bob smith\"@home.example", "rcpt=…@home.example"),
        ("tab\there\r\n", "tab here  "),
        ("@", "…@"),
    ])
    func masksAddresses(_ text: String, _ masked: String) {
        #expect(MaskedText.masked(text) == masked)
        #expect(MaskedText.masked(String(repeating: "x", count: 5000)).count == 300)
    }
}
