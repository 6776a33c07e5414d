import ArgumentParser
import ParleyCore
import ParleyEmail

/// `parley adapters`: what the settings configure.
struct AdaptersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapters", abstract: "The configured adapters.", subcommands: [List.self, Describe.self, Try.self])

    struct Entry: Encodable {
        var name: String
        var type: String
        var channel: String
        var provider: String?
        var addresses: [String]
        var mediaTypes: [String]
        var mediaCountMax: Int
        /// Nil where there is no limit.
        var mediaBytesMax: Int?
        var mediaBytesTotalMax: Int?
        var receipts: Bool
        var validitySeconds: Int
        var concurrency: Int
        var ratePerSecond: Double?
        /// The same for each address.
        var ratePerProxyPerSecond: Double?
        /// What rates count: `messages` or `segments`.
        var rateUnit: String
        /// Nil where receipts are awaited for ever, or none come.
        var noReceiptAfterSeconds: Int?
        /// Nil for an adapter of no route.
        var route: Route?
        var unknownSender: String
        var whenUnknown: String
        var callbacks: [String]
        var relay: String?
        var listener: String?

        struct Route: Encodable {
            var name: String
            var adapters: [String]
            /// What moves a delivery on to the next adapter.
            var failOverOn: [String]
            var failOverAfterSeconds: Int?

            init(_ route: AdapterRoute) {
                name = route.name
                adapters = route.adapters
                failOverOn = AdapterRoute.Reason.allCases.filter(route.reasons.contains).map(\.rawValue)
                failOverAfterSeconds = route.after.map { Int($0.wholeMilliseconds / 1000) }
            }
        }

        init(_ adapter: AdapterSettings, in settings: ParleySettings) {
            let publicURL = settings.server.publicURL
            let profile = adapter.profile
            name = profile.name
            type = profile.type
            channel = profile.channel.rawValue
            provider = adapter.provider
            addresses = profile.addresses.map(\.text)
            mediaTypes = profile.capabilities.mediaTypes
            mediaCountMax = profile.capabilities.mediaCountMax
            let limits = profile.capabilities
            mediaBytesMax = limits.mediaBytesMax == .max ? nil : limits.mediaBytesMax
            mediaBytesTotalMax = limits.mediaBytesTotalMax == .max ? nil : limits.mediaBytesTotalMax
            receipts = profile.capabilities.receipts
            validitySeconds = Int(profile.validity.wholeMilliseconds / 1000)
            concurrency = profile.concurrency
            ratePerSecond = profile.rate
            ratePerProxyPerSecond = profile.ratePerProxy
            rateUnit = profile.rateUnit.rawValue
            noReceiptAfterSeconds = profile.capabilities.receipts ? profile.noReceiptAfter.map { Int($0.wholeMilliseconds / 1000) } : nil
            route = settings.directory.route(of: profile.name).map(Route.init)
            unknownSender = profile.unknownSender.rawValue
            whenUnknown = profile.whenUnknown.rawValue
            callbacks =
                adapter.takesCallbacks
                ? ["inbound", "receipts"].map {
                    "\(publicURL)/adapters/\(profile.name)/\($0)\(adapter.hasCallbackSecret ? "/<callback_secret>" : "")"
                } : []
            relay = adapter.mail.map { "\($0.relay.host):\($0.relay.port), TLS \($0.relay.security.rawValue)" }
            listener = adapter.listener?.description
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the configured adapters and the addresses they serve.")

        @OptionGroup var common: CommonOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let settings = try common.settings()
            let entries = settings.adapters.map { Entry($0, in: settings) }
            if json { return try Terminal.json(entries) }
            guard !entries.isEmpty else { return Terminal.say("no adapter is configured in \(settings.file)") }
            Terminal.table(
                ["adapter", "type", "channel", "addresses"],
                entries.map {
                    [$0.name, $0.provider.map { name in "http-sms (\(name))" } ?? $0.type, $0.channel, $0.addresses.joined(separator: " ")]
                })
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What one adapter can do, what happens with what it cannot, and its callback URLs.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The adapter's name in the settings.") var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let settings = try common.settings()
            let description = AdapterDescription(try AdaptersCommand.adapter(name, in: settings), in: settings)
            if json { return try Terminal.json(description) }
            Terminal.facts(description.lines)
        }
    }

    /// The adapter of a name; ends the program with the list of those that there are.
    static func adapter(_ name: String, in settings: ParleySettings) throws -> AdapterSettings {
        guard let adapter = settings.adapters.first(where: { $0.name == name }) else {
            let names = settings.adapters.map(\.name).joined(separator: ", ")
            Terminal.error("\(settings.file) has no adapter \(name); expected one of: \(names)")
            throw ExitCode.failure
        }
        return adapter
    }
}
