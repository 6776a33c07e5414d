import ArgumentParser
import Foundation
import ParleyCore
import ParleyEmail

/// `parley adapters`: what the settings configure.
struct AdaptersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapters", abstract: "The configured adapters.", subcommands: [List.self, Describe.self])

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
        var unknownSender: String
        var whenUnknown: String
        var callbacks: [String]
        var relay: String?
        var listener: String?

        init(_ adapter: AdapterSettings, publicURL: String) {
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
            let entries = settings.adapters.map { Entry($0, publicURL: settings.server.publicURL) }
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

        private func sizes(_ entry: Entry) -> String {
            let limits = [entry.mediaBytesMax.map { "\($0) bytes each" }, entry.mediaBytesTotalMax.map { "\($0) bytes together" }]
            let words = limits.compactMap(\.self).joined(separator: ", ")
            return words.isEmpty ? "of any size" : words
        }

        func run() throws {
            let settings = try common.settings()
            guard let adapter = settings.adapters.first(where: { $0.name == name }) else {
                let names = settings.adapters.map(\.name).joined(separator: ", ")
                Terminal.error("\(settings.file) has no adapter \(name); expected one of: \(names)")
                throw ExitCode.failure
            }
            let entry = Entry(adapter, publicURL: settings.server.publicURL)
            if json { return try Terminal.json(entry) }
            let media =
                entry.mediaTypes.isEmpty
                ? "none; media are sent as signed links in the text"
                : "\(entry.mediaTypes.joined(separator: " ")), \(entry.mediaCountMax) at most, \(sizes(entry)); others as signed links"
            let lines: [(String, String?)] = [
                ("adapter", entry.name), ("type", entry.type), ("provider", entry.provider), ("channel", entry.channel),
                ("addresses", entry.addresses.joined(separator: " ")), ("media", media),
                ("receipts", entry.receipts ? "yes" : "none: a delivery ends as sent"),
                ("validity", "\(entry.validitySeconds) s, then what has not left fails"),
                (
                    "order",
                    adapter.profile.laneOrder == .strict
                        ? "strict: a deferred message holds up its pair" : "first attempts: a deferred mail is overtaken"
                ),
                ("concurrency", "\(entry.concurrency)"), ("rate", entry.ratePerSecond.map { "\($0) per second" }),
                ("unknown sender", entry.unknownSender), ("unknown answer", "\(entry.whenUnknown) after 30 s without a receipt"),
                ("loop guard", adapter.profile.loopGuard.map { "\($0.count) messages of one pair in \($0.window)" } ?? "none"),
                (
                    "text",
                    adapter.profile.channel == .email
                        ? nil
                        : adapter.profile.replacesTypography
                            ? "typographic characters become plain ones where the text then fits the GSM alphabet" : "as written"
                ),
                ("relay", entry.relay), ("mail listener", entry.listener),
            ]
            for (name, value) in lines {
                if let value { Terminal.say(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value) }
            }
            for url in entry.callbacks { Terminal.say("callback".padding(toLength: 16, withPad: " ", startingAt: 0) + url) }
        }
    }
}
