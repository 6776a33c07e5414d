import ParleyCore
import Testing

/// The contract's calls, as short as tests want them.
extension RunningDaemon {
    func createConversation() async throws -> String {
        let answer = try await post("/v1/Conversations", [("FriendlyName", "Test")])
        return try #require(answer.json["sid"]?.string, "\(answer.text)")
    }

    func addChat(_ identity: String, to conversation: String) async throws {
        let answer = try await post("/v1/Conversations/\(conversation)/Participants", [("Identity", identity)])
        #expect(answer.status == 201, "\(answer.text)")
    }

    @discardableResult func add(_ address: String, by proxy: String, to conversation: String) async throws -> String {
        let answer = try await post(
            "/v1/Conversations/\(conversation)/Participants",
            [("MessagingBinding.Address", address), ("MessagingBinding.ProxyAddress", proxy)])
        return try #require(answer.json["sid"]?.string, "\(answer.text)")
    }

    func say(_ body: String, as author: String, in conversation: String) async throws -> String {
        let answer = try await post("/v1/Conversations/\(conversation)/Messages", [("Author", author), ("Body", body)])
        return try #require(answer.json["sid"]?.string, "\(answer.text)")
    }

    func messages(of conversation: String) async throws -> [JSON] {
        var found: [JSON] = []
        var path: String? = "/v1/Conversations/\(conversation)/Messages?PageSize=100"
        while let next = path {
            let page = try await get(next)
            found += page.json["messages"]?.array ?? []
            path = page.json["meta"]?["next_page_url"]?.string.map { String($0.dropFirst(api.count)) }
        }
        return found
    }

    func receipts(of message: String, in conversation: String) async throws -> [JSON] {
        try await get("/v1/Conversations/\(conversation)/Messages/\(message)/Receipts").json["delivery_receipts"]?.array ?? []
    }
}
