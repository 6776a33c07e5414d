import Foundation
import Testing

/// `parley route explain`: the settings' part alone, and with a daemon that knows who holds the pair.
@Suite(.timeLimit(.minutes(15))) struct RouteDialogueTests {
    static let person = "+491701234567"
    static let proxy = "+15551230001"

    /// Settings in which several adapters could take one address.
    private func daemon() -> RunningDaemon {
        let daemon = RunningDaemon()
        let more = """

              bulk: { type: mock, addresses: ["+1555*"] }
              wide: { type: mock, addresses: ["+1*"], unknown_sender: reject }
            """
        daemon.folder.write("parley.yaml", RunningDaemon.settings(daemon.folder, daemon.ports) + more)
        return daemon
    }

    private func explain(_ daemon: RunningDaemon, _ from: String, _ to: String, _ more: String...) async throws -> BuiltBinary.Run {
        try await BuiltBinary.run(
            ["route", "explain", "--from", from, "--to", to, "--config", daemon.config] + more, folder: daemon.folder)
    }

    static let readings: [(String, String, [String])] = [
        (
            "+491701234567", "+1 555 123 0001",
            [
                "from            +49…67 (sms)", "to              +15551230001 (sms), ours", "direction       inbound",
                "adapter         carrier, by its address +15551230001",
                "instead of      bulk, by +1555*: an exact address beats a pattern",
                "instead of      wide, by +1*: an exact address beats a pattern",
            ]
        ),
        (
            "+15559990000", "+491701234567",
            [
                "from            +15559990000 (sms), ours", "to              +49…67 (sms)", "direction       outbound",
                "adapter         bulk, by its pattern +1555*", "instead of      wide, by +1*: a longer pattern beats a shorter one",
            ]
        ),
        (
            "bob@customer.example", "support@in.example",
            ["from            …@customer.example (email)", "adapter         mail, by its pattern *@in.example"]
        ),
        (
            "bob@customer.example", "+15551230001",
            ["adapter         carrier, by its address +15551230001", "channels        differ: nothing goes from email to sms"]
        ),
    ]

    @Test(arguments: readings) func withoutADaemonTheSettingsSpeak(from: String, to: String, lines: [String]) async throws {
        let daemon = daemon()
        let run = try await explain(daemon, from, to)
        let said = run.output.split(separator: "\n").map(String.init)
        for line in lines { #expect(said.contains(line), "\(run.output)") }
        #expect(run.code == 0 && said.last == "state           could not be asked: no daemon answers on \(daemon.api)", "\(run.output)")
        #expect(!run.output.contains("+491701234567") && !run.output.contains("bob@"))
    }

    @Test(arguments: [
        (["--from", "+15551230001", "--to", "support@in.example"], Int32(1), "served by adapter carrier and --to by adapter mail"),
        (["--from", "+491701234567", "--to", "+491701234568"], 1, "neither --from nor --to is served"),
        (["--from", "5551230001", "--to", "+15551230001"], 64, "--from is not E.164"),
        (["--from", "+15557770001", "--to", "nobody@"], 64, "--to has no valid domain"), (["--from", "+15557770001"], 64, "--to"),
    ])
    func whatIsNoRouteIsSaid(arguments: [String], code: Int32, says: String) async throws {
        let daemon = daemon()
        let run = try await BuiltBinary.run(["route", "explain"] + arguments + ["--config", daemon.config], folder: daemon.folder)
        #expect(run.code == code && run.output.contains(says) && !run.output.contains("+49170"), "\(run.output)")
    }

    @Test func aDaemonSaysWhoHoldsThePairAndWhatStandsInTheWay() async throws {
        let daemon = daemon()
        try await daemon.start()
        defer { daemon.kill() }
        let stranger = try await explain(daemon, Self.person, Self.proxy)
        #expect(stranger.code == 0 && stranger.output.contains("it is held for a person's decision: unknown_pair"), "\(stranger.output)")
        #expect(stranger.output.contains("stranger        hold, as the adapter's settings say"), "\(stranger.output)")
        #expect(try await explain(daemon, Self.person, "+12025550100").output.contains("it is refused: unknown_pair"))
        let nobody = try await explain(daemon, Self.proxy, Self.person)
        #expect(nobody.output.contains("nobody is written to: unknown_pair") && !nobody.output.contains("stranger"), "\(nobody.output)")

        let conversation = try await daemon.createConversation()
        let participant = try await daemon.add(Self.person, by: Self.proxy, to: conversation)
        let known = try await explain(daemon, Self.person, Self.proxy)
        #expect(known.output.contains("it becomes a message of the conversation"), "\(known.output)")
        #expect(known.output.contains("conversation    \(conversation) (active)") && known.output.contains(participant), "\(known.output)")
        #expect(try await explain(daemon, Self.proxy, Self.person).output.contains("it leaves in its turn"))

        try await daemon.text("Stop", from: Self.person, to: Self.proxy)
        let run = try await explain(daemon, Self.proxy, Self.person, "--json")
        let json = try JSONDecoder().decode(JSON.self, from: Data(run.output.utf8))
        #expect(json["direction"]?.string == "outbound" && json["adapter"]?.string == "carrier", "\(run.output)")
        #expect(json["from"]?["address"]?.string == Self.proxy && json["to"]?["address"]?.string == "+49…67")
        #expect(json["others"]?.array.compactMap { $0["adapter"]?.string } == ["bulk", "wide"])
        let state = try #require(json["state"])
        #expect(state["outcome"]?.string == "fails" && state["reason"]?.string == "opted_out")
        #expect(state["consent"]?["state"]?.string == "stopped" && state["consent"]?["source"]?.string == "keyword")
        #expect(state["conversation_sid"]?.string == conversation && state["participant_sid"]?.string == participant)
        #expect(!run.output.contains(Self.person) && !daemon.log.contains(Self.person))
    }
}
