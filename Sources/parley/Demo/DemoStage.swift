import Foundation
import ParleyCore
import ParleyMailWire
import ParleyMock
import ParleyTransfer

/// The people of the demonstration and how they act: each uses only what a real one would have.
struct DemoStage {
    let client: OperatorClient
    let phoneAdapter: String
    let phoneProxy: String
    let phone: String
    let mailProxy: String
    let mailbox: String
    let mails: DemoMailbox
    /// Where the daemon takes mail.
    let exchange: Relay

    struct Conversation: Decodable {
        var sid: String
        var state: String
    }

    struct Participant: Decodable { var sid: String }

    struct Message: Decodable {
        var sid: String
        var index: Int
        var author: String
        var body: String?
        var media: [Medium]?

        struct Medium: Decodable {
            var filename: String?
            var contentType: String
            var size: Int
        }
    }

    struct Receipt: Decodable {
        var status: String
        var participantSid: String
        var errorCode: Int
    }

    struct Messages: Decodable { var messages: [Message] }
    struct Receipts: Decodable { var deliveryReceipts: [Receipt] }
    struct Sent: Decodable { var sent: [MockSent] }
    private struct Verdict: Decodable { var verdict: String }

    func createConversation() async throws -> Conversation {
        try await client.post("/v1/Conversations", form: [("FriendlyName", "Demonstration")])
    }

    func addChatUser(_ identity: String, to conversation: String) async throws -> Participant {
        try await client.post("/v1/Conversations/\(conversation)/Participants", form: [("Identity", identity)])
    }

    func add(_ address: String, by proxy: String, to conversation: String) async throws -> Participant {
        try await client.post(
            "/v1/Conversations/\(conversation)/Participants",
            form: [("MessagingBinding.Address", address), ("MessagingBinding.ProxyAddress", proxy)])
    }

    func say(_ body: String, as identity: String, in conversation: String) async throws -> Message {
        try await client.post("/v1/Conversations/\(conversation)/Messages", form: [("Author", identity), ("Body", body)])
    }

    func messages(of conversation: String) async throws -> [Message] {
        let list: Messages = try await client.get("/v1/Conversations/\(conversation)/Messages?PageSize=100")
        return list.messages
    }

    func receipts(of message: String, in conversation: String) async throws -> [Receipt] {
        let list: Receipts = try await client.get("/v1/Conversations/\(conversation)/Messages/\(message)/Receipts")
        return list.deliveryReceipts
    }

    func close(_ conversation: String) async throws {
        let _: Conversation = try await client.post("/v1/Conversations/\(conversation)", form: [("State", "closed")])
    }

    /// What the phone was sent so far.
    func texts() async throws -> [MockSent] {
        let list: Sent = try await client.get("/admin/v1/adapters/\(phoneAdapter)/sent")
        return list.sent.filter { $0.to == phone }
    }

    /// The phone sends a text with a picture, as its carrier would hand it to us.
    func text(_ body: String, picture: [UInt8]) async throws {
        let said = MockInbound(
            from: phone, to: phoneProxy, text: body, id: UUID().uuidString,
            media: [.init(contentType: "image/png", filename: "leak.png", content: Data(picture).base64EncodedString())])
        let verdict: Verdict = try await client.post("/admin/v1/adapters/\(phoneAdapter)/inbound", json: said)
        guard verdict.verdict == "appended" else { throw OperatorClient.Problem(description: "the phone's message was \(verdict.verdict)") }
    }

    /// The mailbox answers a mail over SMTP, as its owner's mail program would.
    func answer(_ mail: InboundFact, with body: String) async throws {
        let received = ParsedMail(mail.raw)
        guard let replyTo = received.replyTo.first ?? received.from.first else {
            throw OperatorClient.Problem(description: "the mail says nowhere to answer to")
        }
        let id = received.messageID ?? ""
        let draft = MailDraft(
            from: Mailbox(name: "Bob", address: mailbox), to: Mailbox(address: replyTo.address), subject: "Re: \(received.subject)",
            messageID: "\(UUID().uuidString.lowercased())@customer.example", inReplyTo: id, references: [id],
            date: Int64(Date().timeIntervalSince1970), text: body)
        let replies = try await client.transfer.submit(
            OutboundMail(sender: mailbox, recipients: [replyTo.address], content: try draft.composed()), to: exchange)
        guard let reply = replies.first, reply.code == 250 else {
            throw OperatorClient.Problem(description: "the mail listener answered \(replies.first?.code ?? 0)")
        }
    }
}
