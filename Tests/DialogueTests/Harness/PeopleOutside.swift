import Foundation
import ParleyCore
import ParleyMailWire
import ParleyTransfer
import Testing

/// What people with a telephone or a mailbox say, as their carriers bring it.
extension RunningDaemon {
    /// A text that comes in through the carrier's callback, as Kannel calls it.
    func text(_ text: String, from address: String, to proxy: String) async throws {
        let allowed = CharacterSet.alphanumerics
        let query = [("id", UUID().uuidString), ("from", address), ("to", proxy), ("text", text)]
            .map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }.joined(separator: "&")
        let url = "http://127.0.0.1:\(ports.callbacks)/adapters/carrier/inbound/callback-secret?\(query)"
        let answer = try await transfer.send(OutboundRequest(method: "GET", url: url), trust: .operatorChosen)
        #expect(answer.status == 200)
    }

    /// A mail that is brought to the listener by SMTP.
    func mail(_ text: String, from address: String, to proxy: String) async throws {
        let draft = MailDraft(
            from: Mailbox(address: address), to: Mailbox(address: proxy), subject: "Re: The leak",
            messageID: "\(UUID().uuidString.lowercased())@customer.example", date: Int64(Date().timeIntervalSince1970), text: text)
        let relay = Relay(host: "127.0.0.1", port: ports.mail, hello: "customer.example")
        let mail = OutboundMail(sender: address, recipients: [proxy], content: try draft.composed())
        let reply = try #require(try await transfer.submit(mail, to: relay).first)
        #expect(reply.code == 250)
    }
}
