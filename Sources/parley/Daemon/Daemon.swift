import Foundation
import Logging
import ParleyAPI
public import ParleyBroker
import ParleyCore
import ParleyEmail
import ParleyMedia
public import ParleyMock
import ParleySMS
import ParleyStore
import ParleyTransfer
import ParleyYAML
import ServiceLifecycle
import UnixSignals

extension Broker: MockIntake {}

/// The composition root: opens what is kept, joins the adapters to the Broker, and runs every service in one group.
///
/// On SIGTERM or SIGINT services stop in this order: the API and the callback routes, the mail listeners, the dispatchers, webhooks, time,
/// and last what leaves by the network. Each finishes what is in flight; what is still under way when the drain time ends is found as unknown at the
/// next start.
struct Daemon {
    let settings: ParleySettings

    func run() async throws {
        let logger = Logger(label: "parley")
        let store = try SQLiteStore(path: settings.storage.databasePath)
        let media = try FolderMediaStore(path: settings.storage.mediaPath)
        let source = SystemStamps(after: try await store.read { try $0.latestTime() })
        let broker = try await Broker.open(
            store: store, media: media, source: source, directory: settings.directory, limits: settings.limits,
            retry: settings.retry, publicURL: settings.server.publicURL, webhooks: settings.webhooks.rules(settings.account),
            logger: logger)
        let transfer = Transfer()
        broker.attach(transfer)
        let parts = Parts(settings: settings, broker: broker, media: media, source: source, transfer: transfer, logger: logger)
        let gateways = parts.gateways()
        broker.attach(gateways)

        var services: [any Service] = [
            Settler(broker: broker), Eraser(broker: broker), MediaCollector(broker: broker),
            WebhookServices(broker: broker, exchange: transfer),
        ]
        services.append(
            Dispatchers(
                settings.adapters.compactMap { adapter in
                    gateways[adapter.name].map {
                        Dispatcher(broker: broker, adapter: adapter.profile, gateway: $0, drainTime: settings.server.drainTime)
                    }
                }))
        services += parts.mailListeners()
        services += parts.servers()

        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.server.drainTime * 3
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
        } catch {
            await transfer.shutdown()
            await store.close()
            throw error
        }
        await transfer.shutdown()
        await store.close()
        logger.notice("stopped")
    }
}

/// What the daemon is made of, by the settings.
private struct Parts {
    let settings: ParleySettings
    let broker: Broker
    let media: FolderMediaStore
    let source: SystemStamps
    let transfer: Transfer
    let logger: Logger

    func gateways() -> [String: any Gateway] {
        var gateways: [String: any Gateway] = [:]
        for adapter in settings.adapters {
            switch adapter.kind {
            case .mock(let mock):
                gateways[adapter.name] = MockGateway(name: adapter.name, settings: mock, intake: broker, media: media, source: source)
            case .httpSMS(let sms):
                gateways[adapter.name] = HTTPSMSGateway(
                    settings: sms, name: adapter.name, publicURL: settings.server.publicURL, exchange: transfer)
            case .smtp(let mail):
                gateways[adapter.name] = SMTPGateway(
                    relay: mail.relay, submission: transfer, media: media, gatewayID: broker.rules.installation.gatewayID)
            }
        }
        return gateways
    }

    func mailListeners() -> [any Service] {
        settings.adapters.compactMap { adapter in
            guard let inbound = adapter.mail?.inbound else { return nil }
            let name = adapter.name
            let listener = MailListener(configuration: inbound, adapter: name, intake: broker, logger: logger)
            return Listening(listener, on: "\(inbound.host):\(inbound.port), mail for adapter \(name)") {
                let port = try await listener.started()
                Terminal.say("mail for adapter \(name): smtp://\(inbound.host):\(port)")
            }
        }
    }

    func servers() -> [any Service] {
        let server = settings.server
        let servers = APIServers(
            broker: broker,
            configuration: APIConfiguration(
                listen: .init(host: server.listen.host, port: server.listen.port),
                publicListen: .init(host: server.publicListen.host, port: server.publicListen.port), apiURL: server.apiURL,
                account: settings.account.sid, authToken: settings.account.authToken.value,
                keys: settings.account.apiKeys.map(\.configuration)),
            logger: logger)
        let publicSite = servers.publicSite { port in
            Terminal.say("callbacks and media links: http://\(server.publicListen.host):\(port)")
        }
        let api = servers.api { port in
            Terminal.say("API: http://\(server.listen.host):\(port)")
        }
        return [
            Listening(publicSite, on: "\(server.publicListen), callbacks and media links"), Listening(api, on: "\(server.listen), the API"),
        ]
    }
}

/// A service that listens: it says something once it stands, and names its address when it cannot.
private struct Listening<Inner: Service>: Service {
    let service: Inner
    let address: String
    let announce: @Sendable () async throws -> Void

    struct Failure: Error, CustomStringConvertible { var description: String }

    init(_ service: Inner, on address: String, announce: @escaping @Sendable () async throws -> Void = {}) {
        self.service = service
        self.address = address
        self.announce = announce
    }

    func run() async throws {
        do {
            async let announced: Void = announce()
            try await service.run()
            try await announced
        } catch let cancelled as CancellationError {
            throw cancelled
        } catch {
            throw Failure(description: "\(address): \(error)")
        }
    }
}
