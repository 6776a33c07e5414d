import Foundation
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

/// Who is told what, when, and in which order.
@Suite struct RealtimeEventTests {
    @Test func whatHappensIsTold() async throws {
        try await RealtimeInstallation.run { gateway in
            let sid = try await gateway.conversation("alice", "bob")
            let client = try await gateway.open("alice")
            let answer = try await client.ask(#"{"type": "subscribe", "id": "first"}"#)
            #expect(answer.type == "subscribed" && answer.string("id") == "first" && answer.string("identity") == "alice")
            #expect(answer.string("service") == gateway.installation.service.text)
            let message = try await gateway.say("Hello", sid)
            let event = try await client.events(1)[0]
            #expect(event.event == "messageAdded" && event.string("conversation") == sid && event.string("subject") == message)
            #expect(event.resource["body"] as? String == "Hello" && event.resource["index"] as? Int == 0)
            #expect(try #require(event.integer("position")) > #require(answer.integer("position")))
        }
    }
}
