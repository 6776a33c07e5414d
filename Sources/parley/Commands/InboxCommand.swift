import ArgumentParser
import Foundation

/// `parley inbox`: what came in and what became of it, as the running daemon sees it, and decisions on what is held.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "What came in and what became of it; what is held can be assigned, replayed or dropped.",
        subcommands: [List.self, Show.self, Assign.self, Replay.self, Drop.self])

    /// One item of `/admin/v1/inbox`.
    struct Entry: Codable {
        var id: Int64
        var adapter: String
        var kind: String
        var verdict: String
        var reason: String?
        var proxyAddress: String?
        var sender: String?
        var conversationSid: String?
        var messageSid: String?
        var rawBytes: Int?
        var dateReceived: String
        var flags: [String]?
        var subjectLength: Int?
        var textLength: Int?
        var mediaCount: Int?
        var matchedBy: String?
        var raw: String?

        /// What became of it, in one line.
        var fate: String {
            switch (verdict, messageSid) {
            case ("held", _): "item \(id) is still held: \(reason ?? "no reason is kept")"
            case (_, let message?): "item \(id) is message \(message) of conversation \(conversationSid ?? "?") (\(verdict))"
            default: "item \(id) is \(verdict)\(reason.map { ": \($0)" } ?? "")"
            }
        }
    }

    struct Listing: Codable {
        var items: [Entry]
        var nextCursor: String?
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what came in, oldest first.")

        @OptionGroup var common: CommonOptions
        @Option(help: "Only those with this verdict: appended, merged, held, ignored or rejected; `all` for every one.")
        var verdict = "held"
        @Option(help: "How many at most.") var limit = 50
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            var query = "limit=\(limit)"
            if verdict.lowercased() != "all" { query += "&verdict=\(OperatorClient.escape(verdict))" }
            try await OperatorClient.run(settings) { client in
                let listing: Listing = try await client.get("/admin/v1/inbox?\(query)")
                if json { return try Terminal.json(listing) }
                guard !listing.items.isEmpty else { return Terminal.say("nothing is there") }
                Terminal.table(
                    ["item", "received", "adapter", "from", "to", "verdict", "reason"],
                    listing.items.map {
                        ["\($0.id)", $0.dateReceived, $0.adapter, $0.sender ?? "", $0.proxyAddress ?? "", $0.verdict, $0.reason ?? ""]
                    })
                if listing.nextCursor != nil { Terminal.say("… and more; raise --limit to see them") }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one item.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The item's number.") var item: Int64
        @Flag(help: "Print the request or the mail as it came, and nothing else.") var raw = false
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            try await OperatorClient.run(settings) { client in
                let entry: Entry = try await client.get("/admin/v1/inbox/\(item)\(raw ? "?raw=true" : "")")
                if json { return try Terminal.json(entry) }
                if raw {
                    guard let bytes = entry.raw.flatMap({ Data(base64Encoded: $0) }) else {
                        throw OperatorClient.Problem(description: "no raw form of item \(item) is kept")
                    }
                    return Terminal.say(InboxCommand.printable(String(decoding: bytes, as: UTF8.self)))
                }
                let lines: [(String, String?)] = [
                    ("item", "\(entry.id) (\(entry.kind))"), ("received", entry.dateReceived), ("adapter", entry.adapter),
                    ("from", entry.sender), ("to", entry.proxyAddress), ("verdict", entry.verdict), ("reason", entry.reason),
                    ("matched by", entry.matchedBy), ("subject", entry.subjectLength.map { "\($0) characters" }),
                    ("text", entry.textLength.map { "\($0) characters" }), ("media", entry.mediaCount.map(String.init)),
                    ("raw", entry.rawBytes.map { "\($0) bytes; see them with --raw" }), ("conversation", entry.conversationSid),
                    ("message", entry.messageSid),
                ]
                for (name, value) in lines {
                    if let value { Terminal.say(name.padding(toLength: 14, withPad: " ", startingAt: 0) + value) }
                }
            }
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a held item a message of a conversation.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The item's number.") var item: Int64
        @Argument(help: "The conversation's identifier or unique name.") var conversation: String
        @Flag(help: "Add the sender to the conversation first, so that further messages go there by themselves.")
        var addParticipant = false
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await InboxCommand.settle(
                common, "\(item)/assign", [("Conversation", conversation), ("AddParticipant", "\(addParticipant)")], json: json)
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Judge a held item again, as if it came now.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The item's number.") var item: Int64
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await InboxCommand.settle(common, "\(item)/replay", json: json) }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Decide that a held item becomes no message.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The item's number.") var item: Int64
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await InboxCommand.settle(common, "\(item)/drop", json: json) }
    }

    /// A stranger's text without what a terminal would obey. `--json` has the bytes as they came.
    static func printable(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != "\r" {
            let isObeyed = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
            shown.append(isObeyed ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }

    private static func settle(_ common: CommonOptions, _ path: String, _ form: [(String, String)] = [], json: Bool) async throws {
        let settings = try common.settings()
        try await OperatorClient.run(settings) { client in
            let entry: Entry = try await client.post("/admin/v1/inbox/\(path)", form: form)
            if json { return try Terminal.json(entry) }
            Terminal.say(entry.fate)
        }
    }
}
