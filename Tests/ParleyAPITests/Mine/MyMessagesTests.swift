import Foundation
import HTTPTypes
import ParleyCore
import Testing

/// Windows of a conversation's messages.
@Suite struct MyMessagesTests {
    struct Window: Hashable {
        var indices: [Int]
        var hasPrevious: Bool
        var hasNext: Bool

        init(_ indices: [Int], previous: Bool, next: Bool) {
            (self.indices, hasPrevious, hasNext) = (indices, previous, next)
        }

        init(_ reply: Reply) throws {
            indices = reply.list("messages").compactMap { $0["index"] as? Int }
            let meta = try #require(reply.json["meta"] as? [String: Any], "\(reply.text)")
            hasPrevious = try #require(meta["has_previous"] as? Bool)
            hasNext = try #require(meta["has_next"] as? Bool)
        }
    }

    /// Eight messages, of which 3, 4 and 7 are deleted: 0 1 2 5 6 are left.
    static let live = [0, 1, 2, 5, 6]

    static func furnish(_ people: People) async throws {
        let said = try await people.say(8)
        for index in [3, 4, 7] { try await people.delete(said[index]) }
    }

    @Test(arguments: [
        ("", Window(live, previous: false, next: false)), ("?PageSize=2", Window([5, 6], previous: true, next: false)),
        ("?PageSize=5", Window(live, previous: false, next: false)),
        ("?Anchor=5&PageSize=2", Window([2, 5], previous: true, next: true)),
        // A gap is a bound.
        ("?Anchor=4&PageSize=2", Window([1, 2], previous: true, next: true)),
        ("?Anchor=4&PageSize=3", Window([0, 1, 2], previous: false, next: true)),
        ("?Anchor=7&PageSize=2", Window([5, 6], previous: true, next: false)),
        ("?Anchor=0", Window([0], previous: false, next: true)),
        ("?Anchor=9223372036854775807&PageSize=1", Window([6], previous: true, next: false)),
        ("?Direction=forward", Window(live, previous: false, next: false)),
        ("?Direction=forward&PageSize=2", Window([0, 1], previous: false, next: true)),
        ("?Direction=forward&Anchor=3&PageSize=1", Window([5], previous: true, next: true)),
        ("?Direction=FORWARD&Anchor=5&PageSize=2", Window([5, 6], previous: true, next: false)),
        ("?Direction=forward&Anchor=0&PageSize=5", Window(live, previous: false, next: false)),
        ("?Direction=forward&Anchor=7", Window([], previous: true, next: false)),
        ("?Direction=forward&Anchor=9223372036854775807", Window([], previous: true, next: false)),
        ("?Direction=backwards&PageSize=100", Window(live, previous: false, next: false)),
    ])
    func windows(_ query: String, _ window: Window) async throws {
        try await People.meet { people in
            try await Self.furnish(people)
            for prefix in ["/v1", "/v1/Services/\(people.installation.service)"] {
                let reply = try await people.alice.get("\(prefix)/MyConversations/room/Messages\(query)")
                #expect(try Window(reply) == window)
                #expect(reply.string("meta", "key") == "messages")
            }
        }
    }

    /// Every anchor, direction and size against what the list of the live messages says.
    @Test func everyWindowIsExact() async throws {
        try await People.meet { people in
            try await Self.furnish(people)
            for size in 1...6 {
                for anchor in [nil] + (0...9).map(Optional.some) {
                    let from = anchor.map { "&Anchor=\($0)" } ?? ""
                    let path = People.path + "/Messages?PageSize=\(size)\(from)"
                    let older = Self.live.filter { $0 <= anchor ?? .max }
                    let newer = Self.live.filter { $0 >= anchor ?? 0 }
                    #expect(
                        try await Window(people.alice.get(path))
                            == Window(
                                older.suffix(size), previous: older.count > size, next: older.count < Self.live.count), "\(path)")
                    #expect(
                        try await Window(people.alice.get(path + "&Direction=forward"))
                            == Window(
                                Array(newer.prefix(size)), previous: newer.count < Self.live.count, next: newer.count > size), "\(path)")
                }
            }
        }
    }

    @Test func thirtyMessagesWhenNothingIsSaid() async throws {
        try await People.meet { people in
            try await people.say(31)
            let reply = try await people.alice.get(People.path + "/Messages")
            #expect(try Window(reply) == Window(Array(1...30), previous: true, next: false))
            #expect(reply.integer("meta", "page_size") == 30)
            try await people.alice.get(People.path + "/Messages?PageSize=101").expectError(400, 20007, "PageSize")
            #expect(try await Window(people.alice.get(People.path + "/Messages?PageSize=100")).indices == Array(0...30))
        }
    }

    @Test func anEmptyConversationHasAnEmptyWindow() async throws {
        try await People.meet { people in
            for query in ["", "?Anchor=0", "?Direction=forward", "?Direction=forward&Anchor=0"] {
                let window = try await Window(people.alice.get(People.path + "/Messages" + query))
                #expect(window == Window([], previous: false, next: false))
            }
        }
    }

    @Test func aMessageIsWhatTheListOfTheContractShows() async throws {
        try await People.meet { people in
            let media = "/v1/Services/\(people.installation.service)/Media?Filename=a.png"
            let medium = try await people.alice.send(.post, media, [.contentType: "image/png"], [1, 2]).string("sid")
            _ = try await people.alice.post(
                "/v1/Conversations/room/Messages", ["Body": "x", "MediaSid": try #require(medium)])
            let window = try await people.bob.get(People.path + "/Messages").list("messages")
            let listed = try await people.bob.get("/v1/Conversations/room/Messages").list("messages")
            #expect(window.count == 1 && NSArray(array: window) == NSArray(array: listed))
        }
    }
}
