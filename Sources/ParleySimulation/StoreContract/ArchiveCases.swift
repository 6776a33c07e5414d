import ParleyCore

/// Search, import and the erasure of people.
extension StoreContract {
    static let archiveCases: [Case] = searchCases + importCases + erasureCases

    private static let searchCases: [Case] = [
        (
            "messages are found by what they say now, newest first",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                try await scene.write { try $0.insert(StoreScene.conversation(2)) }
                for (number, text) in ["Grüße aus Köln", "the quick brown fox", "quick thinking, brown shoes", "nothing"].enumerated() {
                    try await scene.say(text, number, in: number == 2 ? 2 : 1)
                }
                func found(_ text: String, in conversation: Int? = nil) async throws -> [String] {
                    try await scene.search(text, in: conversation).rows.compactMap(\.body)
                }
                try require("diacritics do not matter", try await found("GRUSSE koln"), is: [])
                try require("nor does the case", try await found("grusze"), is: [])
                try require("an umlaut is its letter", try await found("köLN gruße"), is: ["Grüße aus Köln"])
                try require("all words, any order", try await found("brown quick").count, is: 2)
                try require("newest first", try await found("quick").first, is: "quick thinking, brown shoes")
                try require("the last word may be a beginning", try await found("nothing not"), is: ["nothing"])
                try require("other words may not", try await found("noth nothing"), is: [])
                try require("a phrase is words side by side", try await found("\"quick brown\""), is: ["the quick brown fox"])
                try require("a phrase ends with a whole word", try await found("\"quick bro\""), is: [])
                try require("an open phrase need not", try await found("\"quick bro"), is: ["the quick brown fox"])
                try require("in one conversation", try await found("quick", in: 1), is: ["the quick brown fox"])
                try require("no word, no message", try await found("!? \u{1F642} \"\""), is: [])
                guard var fox = try await scene.search("fox").rows.first else { throw ContractViolation("a message is found") }
                fox.body = "the lazy dog"
                try await scene.write { [fox] in try $0.update(fox) }
                try require("an edit is not found by its old text", try await found("fox"), is: [])
                try require("but by its new one", try await found("lazy"), is: ["the lazy dog"])
                try await scene.write { [fox] in try $0.delete(fox, at: StoreScene.start) }
                try require("a deleted message is not found", try await found("lazy"), is: [])
                try await scene.write { try $0.delete(StoreScene.sid(.conversation, 2), at: StoreScene.start) }
                try require("nor one of a deleted conversation", try await found("shoes"), is: [])
            }
        ),
        (
            "a search is narrowed by author, time and service",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                for (number, author) in ["alice", "+15557770001", "+1 555 777-0001", "bob"].enumerated() {
                    try await scene.say("word \(number)", number, in: 1, author: author, at: StoreScene.at(Int64(number)))
                }
                func found(_ change: (inout MessageSearch) -> Void) async throws -> [String] {
                    var search = MessageSearch(service: StoreScene.service, text: SearchText("word"))
                    change(&search)
                    return try await scene.read { [search] in
                        try $0.messages(matching: search, page: PageRequest(size: 10)).rows.compactMap(\.body)
                    }
                }
                try require("by identity", try await found { $0.author = "alice" }, is: ["word 0"])
                try require("by address", try await found { $0.author = "+1(555)7770001" }, is: ["word 2", "word 1"])
                try require("from a time", try await found { $0.from = StoreScene.at(2) }, is: ["word 3", "word 2"])
                try require("until a time", try await found { $0.until = StoreScene.at(1) }, is: ["word 0"])
                try require("of a service", try await found { $0.service = StoreScene.sid(.service, 9) }, is: [])
            }
        ),
        (
            "a page of found messages looks at so many and no more",
            { store in
                let scene = StoreScene(store)
                try await scene.write { transaction in
                    try transaction.insert(StoreScene.conversation(1))
                    for number in 0..<(MessageSearch.candidatesMax + 100) {
                        try transaction.insert(
                            Message(
                                sid: StoreScene.sid(.message, number), conversation: StoreScene.sid(.conversation, 1), index: number,
                                author: number == 0 ? "alice" : "system", body: "word", created: StoreScene.start,
                                updated: StoreScene.start))
                    }
                }
                let search = MessageSearch(service: StoreScene.service, text: SearchText("word"), author: "alice")
                let first = try await scene.read { try $0.messages(matching: search, page: PageRequest(size: 3)) }
                try require("the first page has looked at enough", first.rows, is: [])
                try require("and has a successor", first.next != nil)
                let second = try await scene.read { try $0.messages(matching: search, page: PageRequest(size: 3, cursor: first.next)) }
                try require("which finds the rest", second.rows.map(\.index), is: [0])
                try require("to its end", second.next, is: nil)
            }
        ),
        (
            "found messages come in pages, both ways",
            { store in
                let scene = StoreScene(store)
                try await scene.write { try $0.insert(StoreScene.conversation(1)) }
                for number in 0..<7 { try await scene.say(number == 3 ? "other" : "word \(number)", number, in: 1) }
                let first = try await scene.search("word", page: PageRequest(size: 2))
                let second = try await scene.search("word", page: PageRequest(size: 2, cursor: first.next))
                let third = try await scene.search("word", page: PageRequest(size: 2, cursor: second.next))
                let pages = [first, second, third].map { $0.rows.compactMap(\.body) }
                try require("forward", pages, is: [["word 6", "word 5"], ["word 4", "word 2"], ["word 1", "word 0"]])
                try require("the first has no predecessor, the last no successor", [first.previous, third.next], is: [nil, nil])
                let back = try await scene.search("word", page: PageRequest(size: 2, cursor: third.previous, direction: .before))
                try require("back", back.rows.compactMap(\.body), is: pages[1])
                let start = try await scene.search("word", page: PageRequest(size: 2, cursor: back.previous, direction: .before))
                try require("to the beginning", start.rows.compactMap(\.body), is: pages[0])
                try require("which has no predecessor", start.previous, is: nil)
                try await require("a cursor that is none is refused", refusal: InvalidCursor()) {
                    try await scene.search("word", page: PageRequest(size: 2, cursor: "x"))
                }
            }
        ),
    ]
}

extension StoreScene {
    func say(_ text: String, _ number: Int, in conversation: Int, author: String = "system", at: Instant = start) async throws {
        try await write { transaction in
            let conversation = StoreScene.sid(.conversation, conversation)
            let index = try transaction.allotIndex(in: conversation, at: at)
            try transaction.insert(
                Message(
                    sid: StoreScene.sid(.message, number), conversation: conversation, index: index, author: author, body: text,
                    created: at, updated: at))
        }
    }

    func search(_ text: String, in conversation: Int? = nil, page: PageRequest = PageRequest(size: 10)) async throws -> Page<Message> {
        let search = MessageSearch(
            service: StoreScene.service, text: SearchText(text), conversation: conversation.map { StoreScene.sid(.conversation, $0) })
        return try await read { try $0.messages(matching: search, page: page) }
    }
}
