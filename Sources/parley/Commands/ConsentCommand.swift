import ArgumentParser
import ParleyCore

/// `parley consent`: who may be written to, as the running daemon knows it.
struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Who may be written to: the list that keywords, providers and the API feed.",
        subcommands: [List.self, Export.self, Stop.self, Start.self])

    /// One of `/admin/v1/consents`.
    struct Entry: Codable {
        var proxyAddress: String
        var address: String
        var state: String
        var source: String?
        var adapter: String?
        var detail: String?
        var messageSid: String?
        var dateChanged: String?
    }

    struct Listing: Codable {
        var consents: [Entry]
        var nextCursor: String?
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List pairs that were ever stopped; people's addresses are masked.")

        @OptionGroup var common: CommonOptions
        @Option(help: "Only those that are `stopped`, or `active` again.") var state: String?
        @Option(help: "Only those of this address.") var address: String?
        @Option(help: "How many at most.") var limit = 50
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let settings = try common.settings()
            var query = "limit=\(limit)"
            if let state { query += "&state=\(OperatorClient.escape(state))" }
            if let address { query += "&address=\(OperatorClient.escape(address))" }
            try await OperatorClient.run(settings) { client in
                let listing: Listing = try await client.get("/admin/v1/consents?\(query)")
                if json { return try Terminal.json(listing) }
                guard !listing.consents.isEmpty else { return Terminal.say("nobody has opted out") }
                Terminal.table(
                    ["address", "our address", "state", "since", "by", "adapter", "what was said"],
                    listing.consents.map {
                        [
                            $0.address, $0.proxyAddress, $0.state, $0.dateChanged ?? "", $0.source ?? "", $0.adapter ?? "",
                            String(($0.detail ?? "").prefix(40)),
                        ]
                    })
                if listing.nextCursor != nil { Terminal.say("… and more; raise --limit to see them") }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the whole list as comma-separated values (RFC 4180), with full addresses.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await OperatorClient.run(try common.settings()) { client in
                Terminal.say("address,proxy_address,state,source,adapter,detail,message_sid,date_changed")
                var cursor: String?
                repeat {
                    let next = cursor.map { "&cursor=\(OperatorClient.escape($0))" } ?? ""
                    let listing: Listing = try await client.get("/admin/v1/consents?full=true&limit=500\(next)")
                    for entry in listing.consents {
                        let values = [
                            entry.address, entry.proxyAddress, entry.state, entry.source, entry.adapter,
                            entry.detail.map(ConsentCommand.harmless),
                            entry.messageSid, entry.dateChanged,
                        ]
                        Terminal.say(values.map { ConsentCommand.quoted($0 ?? "") }.joined(separator: ","))
                    }
                    cursor = listing.nextCursor
                } while cursor != nil
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop everything from one of our addresses to a person.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var pair: PairOptions

        func run() async throws { try await ConsentCommand.set("stopped", common, pair) }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let one of our addresses write to a person again who has agreed to it.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var pair: PairOptions

        func run() async throws { try await ConsentCommand.set("active", common, pair) }
    }

    struct PairOptions: ParsableArguments {
        @Argument(help: "The person's address.") var address: String
        @Option(help: "Our address.") var proxy: String
        @Option(help: "Why, for the record.") var reason: String?
    }

    private static func set(_ state: String, _ common: CommonOptions, _ pair: PairOptions) async throws {
        try await OperatorClient.run(try common.settings()) { client in
            var form = [("ProxyAddress", pair.proxy), ("Address", pair.address), ("State", state)]
            if let reason = pair.reason { form.append(("Reason", reason)) }
            let entry: Entry = try await client.post("/admin/v1/consents", form: form)
            Terminal.say("\(entry.proxyAddress) to \(entry.address): \(entry.state)")
        }
    }

    /// What strangers said, which a spreadsheet must not take for a formula.
    static func harmless(_ text: String) -> String {
        text.first.map { "=@+-\t\r".contains($0) } ?? false ? "'" + text : text
    }

    /// A value of RFC 4180.
    static func quoted(_ text: String) -> String {
        guard text.contains(where: { "\",".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
