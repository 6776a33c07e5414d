import ArgumentParser
import ParleyCore

/// `parley route`: which way messages go.
struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Which way messages go.", subcommands: [Explain.self])

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what would become of a message from one address to another.",
            discussion: """
                One of the two is an address of ours: what is sent to it comes in, what is sent from it goes out. Nothing is sent and nothing changes. The
                settings say whose the address is; the running daemon, where there is one, says who holds the pair and what stands in the way.
                """)

        @OptionGroup var common: CommonOptions
        @Option(help: "Who would write: a person's address, or one of ours.") var from: String
        @Option(help: "Who would be written to: one of ours, or a person's address.") var to: String
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            for (name, text) in [("--from", from), ("--to", to)] {
                do { _ = try Address(text) } catch { throw ValidationError("\(name) \(error)") }
            }
        }

        func run() async throws {
            let settings = try common.settings()
            let reading = try reading(settings)
            if !json { Terminal.facts(reading.lines) }
            try await OperatorClient.run(settings) { client in
                let state = try await ask(client)
                if json {
                    var whole = reading
                    whole.state = state
                    return try Terminal.json(whole)
                }
                guard let state else { return Terminal.facts([("state", "could not be asked: no daemon answers on \(client.base)")]) }
                Terminal.facts(state.lines(reading))
            }
        }

        private func reading(_ settings: ParleySettings) throws -> Reading {
            do {
                return Reading(try MessageRoute(from: Address(from), to: Address(to), in: settings.directory))
            } catch let problem as MessageRoute.Problem {
                switch problem {
                case .bothOurs(let from, let to):
                    Terminal.error(
                        "--from is served by adapter \(from) and --to by adapter \(to): nothing goes between two addresses of ours")
                case .neitherOurs:
                    Terminal.error(
                        "neither --from nor --to is served by an adapter of \(settings.file); expected an address of ours in one of them")
                }
                throw ExitCode.failure
            }
        }

        /// Nil when no daemon runs.
        private func ask(_ client: OperatorClient) async throws -> State? {
            let query = "From=\(OperatorClient.escape(from))&To=\(OperatorClient.escape(to))"
            do {
                return try await client.get("/admin/v1/route?\(query)", as: State.self)
            } catch let problem as OperatorClient.Problem where problem.isUnreachable {
                return nil
            }
        }
    }
}

extension RouteCommand {
    /// What the settings say. People's addresses are masked.
    struct Reading: Encodable {
        var from: Party
        var to: Party
        var direction: String
        var adapter: String
        /// Of the adapter's addresses, the one that decided.
        var pattern: String
        var isExact: Bool
        /// Those that would have taken it otherwise.
        var others: [Other]
        var channelsDiffer: Bool
        /// What the daemon says; nil when none runs.
        var state: State?

        struct Party: Encodable {
            var address: String
            var channel: String
            var isOurs: Bool

            init(_ address: Address, isOurs: Bool) {
                self.address = isOurs ? address.key : address.masked
                channel = address.channel.rawValue
                self.isOurs = isOurs
            }

            var text: String { "\(address) (\(channel))\(isOurs ? ", ours" : "")" }
        }

        struct Other: Encodable {
            var adapter: String
            var pattern: String
            var beatenBy: String

            init(_ claim: MessageRoute.Claim, behind first: MessageRoute.Claim) {
                adapter = claim.adapter
                pattern = claim.pattern.text
                if first.pattern.isExact, !claim.pattern.isExact {
                    beatenBy = "an exact address beats a pattern"
                } else if first.pattern.weight > claim.pattern.weight {
                    beatenBy = "a longer pattern beats a shorter one"
                } else {
                    beatenBy = "its adapter comes later in the route"
                }
            }
        }

        init(_ route: MessageRoute) {
            let (ours, theirs) = (Party(route.pair.proxy, isOurs: true), Party(route.pair.address, isOurs: false))
            (from, to) = route.direction == .inbound ? (theirs, ours) : (ours, theirs)
            direction = route.direction.rawValue
            adapter = route.adapter.name
            pattern = route.claims.first?.pattern.text ?? ""
            isExact = route.claims.first?.pattern.isExact ?? false
            others = route.claims.first.map { first in route.claims.dropFirst().map { Other($0, behind: first) } } ?? []
            channelsDiffer = !route.isOfOneChannel
        }

        var lines: [(String, String?)] {
            var lines: [(String, String?)] = [
                ("from", from.text), ("to", to.text), ("direction", direction),
                ("adapter", "\(adapter), by its \(isExact ? "address" : "pattern") \(pattern)"),
            ]
            for other in others { lines.append(("instead of", "\(other.adapter), by \(other.pattern): \(other.beatenBy)")) }
            if channelsDiffer { lines.append(("channels", "differ: nothing goes from \(from.channel) to \(to.channel)")) }
            return lines
        }
    }

    /// An answer of `/admin/v1/route`.
    struct State: Codable {
        var adapter: String
        var outcome: String
        var reason: String?
        var conversationSid: String?
        var conversationState: String?
        var chatServiceSid: String?
        var participantSid: String?
        var stranger: Stranger?
        var lane: Lane?
        var consent: Consent?
        var adapterPause: AdapterPause?

        struct Stranger: Codable {
            var unknownSender: String
            var addressConfigurationSid: String?
            var chatServiceSid: String?

            var text: String {
                let service = chatServiceSid.map { " in service \($0)" } ?? ""
                let configuration = addressConfigurationSid.map { "the address configuration \($0)" } ?? "the adapter's settings"
                return "\(unknownSender)\(service), as \(configuration) \(addressConfigurationSid == nil ? "say" : "says")"
            }
        }

        struct Lane: Codable {
            var head: String?
            var headPhase: String?
            var due: String?
            var leasedUntil: String?
            var pause: Pause?

            struct Pause: Codable {
                var until: String
                var reason: String?
            }

            var text: String {
                guard let head else { return "nothing waits" }
                return "next is \(head)\(headPhase.map { " (\($0))" } ?? "")\(due.map { ", due \($0)" } ?? "")"
            }
        }

        struct Consent: Codable {
            var state: String
            var source: String
            var dateChanged: String
        }

        struct AdapterPause: Codable {
            var reason: String
            var since: String
        }

        private var fate: String {
            let why = reason.map { ": \($0)" } ?? ""
            return switch outcome {
            case "appended": "it becomes a message of the conversation"
            case "created": "a conversation is made for it"
            case "held": "it is held for a person's decision\(why)"
            case "rejected": "it is refused\(why)"
            case "sent": "it leaves in its turn"
            case "waits": "it waits\(why)"
            case "fails": "it fails before anything leaves\(why)"
            case "nobody": "nobody is written to\(why)"
            default: "\(outcome)\(why)"
            }
        }

        func lines(_ reading: Reading) -> [(String, String?)] {
            let other = adapter == reading.adapter ? nil : "serves the address by adapter \(adapter): it was started with other settings"
            return [
                ("daemon", other), ("outcome", fate),
                ("conversation", conversationSid.map { "\($0) (\(conversationState ?? "?"))" } ?? "none: nobody holds the pair"),
                ("participant", participantSid), ("stranger", stranger?.text), ("lane", lane?.text ?? "nothing waits"),
                ("pair paused", lane?.pause.map { "until \($0.until): \($0.reason ?? "")" }),
                ("consent", consent.map { "\($0.state) by \($0.source) since \($0.dateChanged)" } ?? "nothing was ever said"),
                ("adapter paused", adapterPause.map { "since \($0.since): \($0.reason)" }),
            ]
        }
    }
}
