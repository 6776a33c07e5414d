import ParleyBroker
import ParleyCore
import ParleyStore
import Testing

/// What webhooks are told of a conversation that was made for somebody outside holds that person's address.
@Suite struct WebhookErasureTests {
    @Test func theConversationOfAStrangerIsNotToldAfterTheErasure() async throws {
        let receiver = Receiver()
        let store = try SQLiteStore.inMemory()
        let installed = try await Installed(
            unknownSender: .autocreate, store: store, webhooks: WebhookRules(account: Installed.account, authToken: Installed.token))
        installed.broker.attach(receiver)
        try await installed.configure(post: "https://post.example/", [.onConversationAdded])
        _ = try await installed.broker.accept(
            [InboundFact(proxy: "+15550100000", sender: "+15557770009", identity: "1", text: "hello", raw: [])], adapter: Installed.sms)
        try await installed.read()
        #expect(try store.contents()["webhook_delivery"]?.contains { $0.contains("15557770009") } == true, "it is owed, with the address")
        let job = try await installed.broker.perform(RequestErasure(.address(Address("+15557770009").key)))
        let eraser = Eraser(broker: installed.broker)
        for _ in 0..<20 {
            while try await eraser.step() {}
            installed.clock.advance(.seconds(5))
        }
        #expect(try await installed.broker.read { try $0.erasure(job.id) }?.phase == .done)
        for (table, values) in try store.contents() where values.contains(where: { $0.contains("15557770009") }) {
            Issue.record("\(table) still tells")
        }
    }
}
