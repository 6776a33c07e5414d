import Foundation
import Testing

/// `parley inbox` against the built daemon: a text is held, an operator finds it and assigns it.
@Suite struct InboxDialogueTests {
    @Test func aHeldTextIsAssignedFromTheCommandLine() async throws {
        let daemon = RunningDaemon()
        try await daemon.start()
        defer { daemon.kill() }
        func parley(_ arguments: String...) async throws -> BuiltBinary.Run {
            try await BuiltBinary.run(["inbox"] + arguments + ["--config", daemon.config], folder: daemon.folder)
        }
        let inbound = #"{"from": "+15557770001", "to": "+15550100000", "text": "is anybody \u001B[2Jthere"}"#
        let taken = try await daemon.call("POST", "/admin/v1/adapters/demo-sms/inbound", body: Array(inbound.utf8))
        #expect(taken.status < 300, "\(taken.text)")
        let list = try await parley("list")
        #expect(list.code == 0 && list.output.contains("unknown_pair") && !list.output.contains("+15557770001"), "\(list.output)")
        let listing = try JSONDecoder().decode(JSON.self, from: Data(try await parley("list", "--json").output.utf8))
        let item = "\(try #require(listing["items"]?.array.first?["id"]?.int))"
        #expect(try await parley("show", item).output.contains("20 characters"))
        let raw = try await parley("show", item, "--raw")
        #expect(raw.output.contains("anybody") && !raw.output.contains("\u{1B}"), "\(raw.output)")
        #expect(try await parley("replay", item).output.contains("still held: unknown_pair"))
        let unknown = try await parley("assign", item, "nobody")
        #expect(unknown.code == 1 && unknown.output.contains("400"), "\(unknown.output)")
        let conversation = try await daemon.createConversation()
        let assigned = try await parley("assign", item, conversation, "--add-participant")
        #expect(assigned.code == 0 && assigned.output.contains(conversation), "\(assigned.output)")
        #expect(try await daemon.messages(of: conversation).map { $0["body"]?.string } == ["is anybody \u{1B}[2Jthere"])
        let again = try await parley("drop", item)
        #expect(again.code == 1 && again.output.contains("settled already"), "\(again.output)")
        #expect(try await parley("list").output == "nothing is there\n")
    }
}
