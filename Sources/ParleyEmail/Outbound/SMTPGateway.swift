public import ParleyCore
internal import ParleyMailWire

/// The way out for mail: writes each dispatch as one mail to one recipient and submits it to the relay (RFC 6409).
///
/// The envelope sender is the proxy address, so that reports of non-delivery come back to where the mail came from.
public struct SMTPGateway: Gateway {
    public let capabilities: Capabilities
    private let relay: Relay
    private let submission: any MailSubmission
    private let media: any MediaStore
    private let mail: DispatchMail

    /// What mail carries: any kind of medium, ten of them, 10 MiB each, and no evidence of delivery.
    public static let capabilitiesDefault = Capabilities(
        mediaTypes: ["*/*"], mediaCountMax: 10, mediaBytesMax: 10 * 1024 * 1024, receipts: false)

    /// All media of one mail together, in bytes, unless it is said otherwise.
    public static let attachmentBytesMaxDefault = 20 * 1024 * 1024

    /// - Parameters:
    ///   - gatewayID: the opaque id that marks mail that has passed here, printable ASCII.
    ///   - attachmentBytesMax: all media of one mail together, in bytes. A mail beyond it fails for good.
    public init(
        relay: Relay, submission: any MailSubmission, media: any MediaStore, gatewayID: String,
        capabilities: Capabilities = SMTPGateway.capabilitiesDefault, attachmentBytesMax: Int = SMTPGateway.attachmentBytesMaxDefault
    ) {
        self.relay = relay
        self.submission = submission
        self.media = media
        self.capabilities = capabilities
        mail = DispatchMail(gatewayID: gatewayID, attachmentBytesMax: attachmentBytesMax)
    }

    /// The mail that a dispatch becomes, with its envelope. Nothing is sent.
    ///
    /// - Throws: ``MediaFailure`` when a medium cannot be read; else an error that says which field cannot be written, without its value.
    public func written(_ dispatch: Dispatch) throws -> OutboundMail {
        let draft = try mail.draft(dispatch) { key throws(MediaFailure) in try media.read(key) }
        return OutboundMail(sender: draft.from.address, recipients: [draft.to.address], content: try draft.composed())
    }

    public func send(_ dispatch: Dispatch) async -> Outcome {
        let outbound: OutboundMail
        do {
            outbound = try written(dispatch)
        } catch let failure as MediaFailure {
            return .temporary(after: nil, Diagnosis(text: "a medium could not be read: \(failure)"))
        } catch {
            return .permanent(Diagnosis(text: "the mail cannot be written: \(error)"))
        }
        do throws(TransferFailure) {
            guard let reply = try await submission.submit(outbound, to: relay).first else {
                return .unknown(Diagnosis(text: "the relay gave no verdict"))
            }
            return SubmissionOutcome.of(reply)
        } catch {
            return SubmissionOutcome.of(error)
        }
    }
}
