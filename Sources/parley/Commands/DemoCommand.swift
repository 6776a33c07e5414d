import ArgumentParser
import Foundation
import ParleyCore
import ParleyEmail
import ParleyMock

/// `parley demo`: plays a conversation between a chat user, a phone and a mailbox through the running daemon and prints the transcript with
/// the state of every delivery. It is itself the mailbox behind `outbound.relay`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Play a conversation between a chat user, a phone and a mailbox through the running daemon.")

    @OptionGroup var common: CommonOptions
    @Option(help: "How long to wait for each step, in seconds.") var patience = 20

    func run() async throws {
        let settings = try common.settings()
        guard let phone = settings.adapters.first(where: { $0.profile.type == "mock" && $0.profile.channel == .sms }),
            let mail = settings.adapters.lazy.compactMap({ adapter in adapter.mail.map { (adapter, $0) } }).first,
            let inbound = mail.1.inbound
        else {
            Terminal.error(
                "the demonstration needs an adapter of type mock and one of type smtp with an inbound listener in \(settings.file)")
            throw ExitCode.failure
        }
        // Each run has people of its own, so that a run that was broken off holds no pair of the next.
        let number = UInt32.random(in: 1_000_000...9_999_999)
        let mailbox = DemoMailbox(relay: mail.1.relay)
        try await OperatorClient.run(settings) { client in
            let stage = DemoStage(
                client: client, phoneAdapter: phone.name, phoneProxy: phone.demoAddress(number: number), phone: "+1555\(number)",
                mailProxy: mail.0.demoAddress(number: number), mailbox: "bob.\(number)@customer.example", mails: mailbox,
                exchange: Relay(host: inbound.host, port: inbound.port, hello: "customer.example"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await mailbox.run() }
                try await mailbox.started()
                do {
                    try await DemoPlay(stage: stage, patience: .seconds(patience)).run()
                } catch {
                    group.cancelAll()
                    throw error
                }
                group.cancelAll()
            }
        }
    }
}

/// The play: who says what, and what must be seen after each line.
struct DemoPlay {
    let stage: DemoStage
    let patience: Duration

    func run() async throws {
        let conversation = try await stage.createConversation()
        Terminal.say("Conversation \(conversation.sid)")
        let people = [
            try await stage.addChatUser("alice", to: conversation.sid).sid: "alice",
            try await stage.add(stage.phone, by: stage.phoneProxy, to: conversation.sid).sid: "phone",
            try await stage.add(stage.mailbox, by: stage.mailProxy, to: conversation.sid).sid: "mailbox",
        ]
        Terminal.say("  alice    chat user")
        Terminal.say("  phone    \(stage.phone) through \(stage.phoneProxy)")
        Terminal.say("  mailbox  \(stage.mailbox) through \(stage.mailProxy)")
        Terminal.say("")

        _ = try await stage.say("Hello both, the plumber comes at nine.", as: "alice", in: conversation.sid)
        try await until("the phone gets alice's message") { try await stage.texts().count == 1 }
        try await until("the mailbox gets alice's message") { stage.mails.mails(to: stage.mailbox).count == 1 }

        try await stage.text("Thanks! This is the leak.", picture: DemoPicture.bytes)
        try await until("the mailbox gets the phone's picture") {
            let mails = stage.mails.mails(to: stage.mailbox)
            return mails.count == 2 && mails.last?.media.first?.content == DemoPicture.bytes
        }

        if let first = stage.mails.mails(to: stage.mailbox).first { try await stage.answer(first, with: "I will open the door for him.") }
        try await until("the phone gets the mailbox' answer") { try await stage.texts().count == 2 }
        try await until("alice sees all three") { try await stage.messages(of: conversation.sid).count == 3 }
        try await until("every delivery shows its state") {
            for message in try await stage.messages(of: conversation.sid) {
                let receipts = try await stage.receipts(of: message.sid, in: conversation.sid)
                guard receipts.count == (message.author == "alice" ? 2 : 1) else { return false }
            }
            return true
        }
        try await print(conversation.sid, people)
        try await check(conversation.sid)
        try await stage.close(conversation.sid)
    }

    private func print(_ conversation: String, _ people: [String: String]) async throws {
        for message in try await stage.messages(of: conversation) {
            let who = message.author == stage.phone ? "phone" : message.author == stage.mailbox ? "mailbox" : message.author
            let media = (message.media ?? []).map { " [\($0.filename ?? "medium"), \($0.contentType), \($0.size) bytes]" }.joined()
            Terminal.say("\(message.index)  \(who.padding(toLength: 8, withPad: " ", startingAt: 0)) \(message.body ?? "")\(media)")
            for receipt in try await stage.receipts(of: message.sid, in: conversation) {
                let name = people[receipt.participantSid] ?? receipt.participantSid
                Terminal.say("     → \(name.padding(toLength: 8, withPad: " ", startingAt: 0)) \(receipt.status)")
            }
            if message.author != "alice" { Terminal.say("     → alice    seen in the application") }
        }
        Terminal.say("")
    }

    /// Exactly once: what each of the two outside has got, and nothing of their own.
    private func check(_ conversation: String) async throws {
        let texts = try await stage.texts()
        let mails = stage.mails.mails(to: stage.mailbox)
        let seen = try await stage.messages(of: conversation)
        guard texts.count == 2, mails.count == 2, seen.count == 3 else {
            throw OperatorClient.Problem(
                description: "the phone got \(texts.count) texts and the mailbox \(mails.count) mails; expected 2 each")
        }
        Terminal.say("The phone got 2 texts, the mailbox 2 mails, alice sees 3 messages: each exactly once.")
    }

    private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while try await !condition() {
            guard clock.now < end else { throw OperatorClient.Problem(description: "it did not happen in time: \(what)") }
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}

/// A picture of sixteen grey pixels.
enum DemoPicture {
    static let bytes: [UInt8] = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAAAAACMmsGiAAAAHElEQVR42mNg4BKRY9AwsnFjCIhKyWOoaOqZBgAejASx5J6snwAAAABJRU5ErkJggg=="
        ) ?? Data())
}
