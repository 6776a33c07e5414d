import ArgumentParser
import Foundation

/// `parley queue`: deliveries, as the running daemon sees them.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Deliveries that wait, are under way, or are held.", subcommands: [List.self, Show.self])

    /// One delivery of `/admin/v1/queue`.
    struct Entry: Codable {
        var sid: String
        var adapter: String
        var channel: String
        var phase: String
        var status: String?
        var attempt: Int
        var due: String?
        var validUntil: String
        var errorCode: Int
        var errorText: String?
        var flags: [String]
        var conversationSid: String
        var messageSid: String
        var participantSid: String
        var address: String?
        var proxyAddress: String?
        var parts: [Part]?
        var lane: Lane?

        struct Part: Codable {
            var part: Int
            var carrierId: String
            var status: String?
        }

        struct Lane: Codable {
            var pause: Pause?
        }

        struct Pause: Codable {
            var until: String
            var reason: String?
        }
    }

    struct Listing: Codable {
        var deliveries: [Entry]
        var nextCursor: String?
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries that are not settled, oldest first.")

        @OptionGroup var common: CommonOptions
        @Option(help: "Only those of this adapter.") var adapter: String?
        @Option(help: "Only those in this phase: queued, sending, deferred, awaiting or held.") var phase: String?
        @Option(help: "How many at most.") var limit = 50
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            var query = "limit=\(limit)"
            if let adapter { query += "&adapter=\(OperatorClient.escape(adapter))" }
            if let phase { query += "&phase=\(OperatorClient.escape(phase))" }
            try await OperatorClient.run(settings) { client in
                let listing: Listing = try await client.get("/admin/v1/queue?\(query)")
                if json { return try Terminal.json(listing) }
                guard !listing.deliveries.isEmpty else { return Terminal.say("nothing waits") }
                Terminal.table(
                    ["delivery", "adapter", "to", "phase", "attempt", "due", "last word"],
                    listing.deliveries.map {
                        [$0.sid, $0.adapter, $0.address ?? "", $0.phase, "\($0.attempt)", $0.due ?? "", $0.errorText ?? ""]
                    })
                if listing.nextCursor != nil { Terminal.say("… and more; raise --limit to see them") }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one delivery, settled or not.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The delivery's identifier, DY and 32 digits.") var sid: String
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            try await OperatorClient.run(settings) { client in
                let entry: Entry = try await client.get("/admin/v1/queue/\(OperatorClient.escape(sid))")
                if json { return try Terminal.json(entry) }
                let lines: [(String, String?)] = [
                    ("delivery", entry.sid), ("adapter", "\(entry.adapter) (\(entry.channel))"), ("to", entry.address),
                    ("from", entry.proxyAddress), ("phase", entry.phase), ("status", entry.status ?? "nothing sent yet"),
                    ("attempts", "\(entry.attempt)"), ("due", entry.due), ("valid until", entry.validUntil),
                    ("error", entry.errorText.map { "\(entry.errorCode) \($0)" }),
                    ("flags", entry.flags.isEmpty ? nil : entry.flags.joined(separator: ", ")),
                    ("carrier ids", entry.parts.flatMap { $0.isEmpty ? nil : $0.map(\.carrierId).joined(separator: ", ") }),
                    ("pair paused", entry.lane?.pause.map { "until \($0.until): \($0.reason ?? "")" }),
                    ("conversation", entry.conversationSid), ("message", entry.messageSid), ("participant", entry.participantSid),
                ]
                for (name, value) in lines {
                    if let value { Terminal.say(name.padding(toLength: 14, withPad: " ", startingAt: 0) + value) }
                }
            }
        }
    }
}
