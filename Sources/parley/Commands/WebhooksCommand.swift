import ArgumentParser
import Foundation

/// `parley webhooks`: what was sent to webhooks and what is owed to them, as the running daemon sees it.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "What was sent to webhooks, and what waits to be sent.",
        subcommands: [List.self, Show.self, Replay.self])

    /// One delivery of `/admin/v1/webhooks/deliveries`.
    struct Entry: Codable {
        var id: Int
        var scope: String
        var eventType: String
        var url: String
        var method: String
        var conversationSid: String?
        var phase: String
        var attempt: Int
        var due: String
        var status: Int?
        var failure: String?
        var dateCreated: String
        var dateSettled: String?
        var attempts: [Attempt]?

        struct Attempt: Codable {
            var attempt: Int
            var date: String
            var status: Int?
            var failure: String?

            var lastWord: String { status.map { "HTTP \($0)" } ?? failure ?? "" }
        }

        var lastWord: String { status.map { "HTTP \($0)" } ?? failure ?? "" }
    }

    struct Listing: Codable {
        var deliveries: [Entry]
        var nextCursor: String?
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries to webhooks, newest first.")

        @OptionGroup var common: CommonOptions
        @Option(help: "Only those in this phase: waiting, sending, delivered or given_up.") var phase: String?
        @Option(help: "How many at most.") var limit = 50
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            var query = "limit=\(limit)"
            if let phase { query += "&phase=\(OperatorClient.escape(phase))" }
            try await OperatorClient.run(settings) { client in
                let listing: Listing = try await client.get("/admin/v1/webhooks/deliveries?\(query)")
                if json { return try Terminal.json(listing) }
                guard !listing.deliveries.isEmpty else { return Terminal.say("nothing was sent to webhooks, and nothing waits") }
                Terminal.table(
                    ["delivery", "event", "to", "phase", "attempt", "due", "last word"],
                    listing.deliveries.map {
                        ["\($0.id)", $0.eventType, "\($0.method) \($0.url)", $0.phase, "\($0.attempt)", $0.due, $0.lastWord]
                    })
                if listing.nextCursor != nil { Terminal.say("… and more; raise --limit to see them") }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one delivery with its attempts.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The delivery's number.") var id: Int
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            try await OperatorClient.run(settings) { client in
                let entry: Entry = try await client.get("/admin/v1/webhooks/deliveries/\(id)")
                if json { return try Terminal.json(entry) }
                let lines: [(String, String?)] = [
                    ("delivery", "\(entry.id)"), ("event", entry.eventType), ("webhook of", entry.scope),
                    ("to", "\(entry.method) \(entry.url)"), ("phase", entry.phase), ("due", entry.dateSettled == nil ? entry.due : nil),
                    ("created", entry.dateCreated), ("settled", entry.dateSettled), ("conversation", entry.conversationSid),
                ]
                for (name, value) in lines {
                    if let value { Terminal.say(name.padding(toLength: 14, withPad: " ", startingAt: 0) + value) }
                }
                let attempts = entry.attempts ?? []
                if !attempts.isEmpty {
                    Terminal.table(["attempt", "date", "last word"], attempts.map { ["\($0.attempt)", $0.date, $0.lastWord] })
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send a delivery again, whatever became of it.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The delivery's number.") var id: Int
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            try await OperatorClient.run(settings) { client in
                let entry: Entry = try await client.post("/admin/v1/webhooks/deliveries/\(id)/replay", form: [])
                if json { return try Terminal.json(entry) }
                Terminal.say("delivery \(entry.id) is \(entry.phase)")
            }
        }
    }
}
