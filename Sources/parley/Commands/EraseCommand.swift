import ArgumentParser
import Foundation

/// `parley erase`: the erasure of a person's data, carried out by the running daemon.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase what is kept of a person, by address or by identity.",
        discussion:
            "Their messages are emptied, what waits for them is cancelled, and a pseudonym stands in their place. It cannot be undone."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "A phone number or a mail address.") var address: String?
    @Option(help: "The identity of a user of an application, in place of an address.") var identity: String?
    @Flag(help: "Only count what there is.") var dryRun = false
    @Flag(help: "Wait until it is done.") var wait = false
    @Flag(help: "Print JSON.") var json = false

    /// One job of `/admin/v1/erasures`.
    struct Job: Codable {
        var id: Int
        var state: String
        var phase: String
        var sha256: String
        var pseudonym: String
        var counts: Counts
        var dateCreated: String
        var dateFinished: String?
    }

    struct Counts: Codable {
        var participants: Int
        var messages: Int
        var media: Int
        var deliveries: Int
        var inbound: Int
        var users: Int

        var sentence: String {
            "\(participants) participants, \(messages) messages, \(media) media, \(deliveries) deliveries, \(inbound) things that came in, "
                + "\(users) users"
        }
    }

    struct Trial: Codable {
        var dryRun: Bool
        var counts: Counts
    }

    func validate() throws {
        guard (address == nil) != (identity == nil) else { throw ValidationError("Name either an address or --identity.") }
    }

    func run() async throws {
        let settings = try common.settings()
        var form = [address.map { ("Address", $0) }, identity.map { ("Identity", $0) }].compactMap(\.self)
        if dryRun { form.append(("DryRun", "true")) }
        try await OperatorClient.run(settings) { [form] client in
            if dryRun {
                let trial: Trial = try await client.post("/admin/v1/erasures", form: form)
                return json ? try Terminal.json(trial) : Terminal.say("would change \(trial.counts.sentence)")
            }
            var job: Job = try await client.post("/admin/v1/erasures", form: form)
            while wait, job.state != "done" {
                try await Task.sleep(for: .milliseconds(500))
                job = try await client.get("/admin/v1/erasures/\(job.id)")
            }
            if json { return try Terminal.json(job) }
            Terminal.say("erasure \(job.id) is \(job.state): \(job.counts.sentence)")
        }
    }
}
