internal import Logging
internal import NIOPosix
internal import ParleyCore
internal import ParleyMailWire

/// Answers a session's questions by asking the intake. Says little to strangers, the reason to the log.
struct MailReception: Sendable {
    let intake: any Intake
    let adapter: String
    let configuration: MailListenerConfiguration
    let logger: Logger

    /// At RCPT.
    func recipient(_ address: SMTPAddress) async -> SMTPRecipientVerdict {
        do throws(NotDurable) {
            switch try await intake.recipient(written(address), adapter: adapter) {
            case .served: return .accepted
            case .unknown: return .unknown
            case .forged:
                logger.notice("mail recipient refused", metadata: ["reason": "its reply token is not ours"])
                return .unknown
            }
        } catch {
            logger.warning("mail recipient put off", metadata: ["reason": "\(error)"])
            return .temporarilyRefused
        }
    }

    /// At the end of DATA. Returns after the commit of all facts of the mail.
    func message(_ envelope: SMTPEnvelope, content: [UInt8]) async -> SMTPMessageVerdict {
        var seen: Set<String> = []
        let recipients = envelope.recipients.map(written).filter { seen.insert($0).inserted }
        let sender = envelope.sender?.description
        let facts: [InboundFact]
        if content.count < configuration.parsedApartFrom {
            facts = InboundMail(content: content, envelopeSender: sender).facts(to: recipients)
        } else {
            do {
                facts = try await NIOThreadPool.singleton.runIfActive {
                    InboundMail(content: content, envelopeSender: sender).facts(to: recipients)
                }
            } catch {
                return .temporarilyRefused
            }
        }
        do throws(NotDurable) {
            let verdicts = try await intake.accept(facts, adapter: adapter)
            let refusals = verdicts.compactMap { verdict in if case .rejected(let reason) = verdict { reason } else { nil } }
            for reason in refusals { logger.info("mail rejected", metadata: ["reason": "\(reason)"]) }
            return !verdicts.isEmpty && refusals.count == verdicts.count ? .rejected : .accepted("Message accepted")
        } catch {
            logger.warning("mail put off", metadata: ["reason": "\(error)"])
            return .temporarilyRefused
        }
    }

    /// The address as the intake is asked for it. `postmaster` without a domain is ours (RFC 5321 §4.5.1).
    private func written(_ address: SMTPAddress) -> String {
        address.domain == nil ? "\(address.localPart)@\(configuration.hostname)" : address.description
    }
}
