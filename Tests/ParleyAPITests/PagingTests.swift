import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct PagingTests {
    /// Follows the URLs of the envelope verbatim, as client libraries do, while rows are added.
    @Test(arguments: Transport.allCases)
    func everyRowComesOnceThoughRowsAreAdded(over transport: Transport) async throws {
        let installation = try await Installation()
        try await installation.api(over: transport) { caller in
            let conversation = try await caller.conversation()
            let path = "/v1/Conversations/\(conversation)/Messages"
            for _ in 0..<7 { _ = try await caller.post(path, ["Body": "x"]) }
            var seen: [Int] = []
            var url: String? = path + "?PageSize=3"
            var pages: [Reply] = []
            while let next = url {
                let reply = try await caller.get(next)
                #expect(reply.status == 200)
                #expect(reply.integer("meta", "page") == pages.count)
                #expect(reply.integer("meta", "page_size") == 3)
                #expect(reply.string("meta", "key") == "messages")
                seen += reply.list("messages").compactMap { $0["index"] as? Int }
                if pages.count < 2 { _ = try await caller.post(path, ["Body": "late"]) }
                pages.append(reply)
                url = reply.string("meta", "next_page_url")
                if let url { #expect(url.hasPrefix("\(Installation.apiURL)\(path)?PageSize=3&Page=\(pages.count)&PageToken=PA")) }
            }
            #expect(seen == Array(0..<9))
            #expect(pages[0].string("meta", "previous_page_url") == nil)
            #expect(pages[2].string("meta", "first_page_url") == "\(Installation.apiURL)\(path)?PageSize=3&Page=0")
            #expect(try await caller.get(pages[1].string("meta", "url") ?? "").list("messages").map { $0["index"] as? Int } == [3, 4, 5])
            let back = try await caller.get(try #require(pages[2].string("meta", "previous_page_url")))
            #expect(back.list("messages").map { $0["index"] as? Int } == [3, 4, 5])
            #expect(back.integer("meta", "page") == 1)
        }
    }

    @Test func everyListIsPaged() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation(with: ["+15557000001", "+15557000002", "+15557000003"])
            _ = try await caller.conversation()
            _ = try await caller.conversation()
            let message = try #require(try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "x"]).string("sid"))
            try await installation.dispatch { _ in .accepted([]) }
            for number in 1...2 {
                _ = try await caller.service("s\(number)")
                _ = try await caller.post("/v1/Credentials", ["Type": "apn"])
            }
            _ = try await caller.post("/v1/Credentials", ["Type": "apn"])
            let lists = [
                ("/v1/Services", "services"), ("/v1/Roles", "roles"), ("/v1/Credentials", "credentials"),
                ("/v1/Conversations", "conversations"), ("/v1/Conversations/\(conversation)/Participants", "participants"),
                ("/v1/Conversations/\(conversation)/Messages/\(message)/Receipts", "delivery_receipts"),
            ]
            for (path, key) in lists {
                var seen: [String] = []
                var url: String? = path + "?PageSize=2"
                while let next = url {
                    let reply = try await caller.get(next)
                    seen += reply.strings(key, "sid")
                    url = reply.string("meta", "next_page_url")
                }
                #expect(seen.count == 3 && Set(seen).count == 3, "\(key)")
                #expect(try await caller.get(path).integer("meta", "page_size") == 50)
            }
        }
    }

    @Test(arguments: [
        ("PageSize=0", 20001, "PageSize"), ("PageSize=-1", 20001, "PageSize"), ("PageSize=x", 20001, "PageSize"),
        ("PageSize=", 20001, "PageSize"),
        ("PageSize=101", 20007, "PageSize"), ("PageSize=99999999999999999999", 20001, "PageSize"), ("Page=-1", 20001, "Page"),
        ("Page=1", 20001, "PageToken"), ("PageToken=", 20001, "PageToken"), ("PageToken=PA", 20001, "PageToken"),
        ("PageToken=PAnonsense", 20001, "PageToken"), ("PageToken=PB%F0%9F%99%82", 20001, "PageToken"),
        ("PageToken=XX", 20001, "PageToken"),
        ("PageSize=2&PageSize=3", 20001, "PageSize"), ("Page=9223372036854775808", 20001, "Page"),
    ])
    func badPages(query: String, code: Int, parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let conversation = try await caller.conversation()
            for path in [
                "/v1/Conversations", "/v1/Conversations/\(conversation)/Participants", "/v1/Conversations/\(conversation)/Messages",
            ] {
                try await caller.get("\(path)?\(query)").expectError(400, code, parameter)
            }
        }
    }
}
