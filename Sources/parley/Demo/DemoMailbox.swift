import Foundation
import Logging
import ParleyCore
import ParleyEmail
import Synchronization

/// The demonstration's mailbox: it stands where the settings say the relay is, takes every mail, and shows what it took.
struct DemoMailbox: Sendable {
    private let tray = Tray()
    private let listener: MailListener

    init(relay: Relay) {
        listener = MailListener(
            configuration: MailListenerConfiguration(
                host: relay.host, port: relay.port, hostname: "mailbox.demo", shutdownGrace: .seconds(1)),
            adapter: "mailbox", intake: tray, logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Serves until it is cancelled.
    func run() async throws { try await listener.run() }

    /// Waits until the listener stands.
    func started() async throws { _ = try await listener.started() }

    /// The mails taken for an address so far.
    func mails(to address: String) -> [InboundFact] { tray.mails.withLock { $0.filter { $0.proxy.lowercased() == address.lowercased() } } }

    private final class Tray: Intake {
        let mails = Mutex<[InboundFact]>([])

        func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict {
            guard let address = try? Address(recipient) else { return .unknown }
            return .served(proxy: address, token: nil)
        }

        func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
            mails.withLock { $0.append(contentsOf: facts) }
            return facts.map { _ in .ignored(reason: "kept for the demonstration") }
        }
    }
}
