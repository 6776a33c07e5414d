import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// `GET /admin/v1/route`: what would become of a message, as the operator is told.
@Suite struct ExplanationTests {
    static let person = "+15557000001"
    static let proxy = "+15550100000"

    private func explain(_ caller: Caller, from: String = person, to: String = proxy) async throws -> Reply {
        try await caller.get("/admin/v1/route?From=\(Caller.encode(from))&To=\(Caller.encode(to))")
    }

    @Test func aStrangerIsHeldUntilSomebodyHoldsThePair() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let before = try await installation.eventCount()
            let stranger = try await explain(caller)
            #expect(stranger.status == 200 && stranger.string("direction") == "inbound" && stranger.string("adapter") == "carrier")
            #expect(stranger.string("proxy_address") == Self.proxy && stranger.string("address") == "+15…01")
            #expect(stranger.string("pattern") == Self.proxy)
            #expect(stranger.string("outcome") == "held" && stranger.string("reason") == "unknown_pair")
            #expect(stranger.string("stranger", "unknown_sender") == "hold")
            for name in ["conversation_sid", "conversation_state", "participant_sid", "lane", "consent", "adapter_pause"] {
                #expect(stranger.isNull(name), "\(name)")
            }
            #expect(!stranger.text.contains(Self.person))
            #expect(try await installation.eventCount() == before)

            let conversation = try await caller.conversation(with: [Self.person])
            let known = try await explain(caller)
            #expect(known.string("outcome") == "appended" && known.isNull("reason") && known.isNull("stranger"))
            #expect(known.string("conversation_sid") == conversation && known.string("conversation_state") == "active")
            #expect(known.string("chat_service_sid") == installation.service.text)
            let people = try await caller.get("/v1/Conversations/\(conversation)/Participants").strings("participants", "sid")
            #expect(people.count == 1 && people.first == known.string("participant_sid"))
            #expect(!installation.log.text.contains(Self.person))
        }
    }

    @Test func theAddressConfigurationIsNamed() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let form: KeyValuePairs = ["Type": "sms", "Address": Self.proxy, "AutoCreation.Enabled": "true"]
            let made = try await caller.post("/v1/Configuration/Addresses", form)
            let created = try await explain(caller)
            #expect(created.string("outcome") == "created" && created.string("stranger", "unknown_sender") == "autocreate")
            #expect(created.string("stranger", "address_configuration_sid") == made.string("sid"))
            #expect(created.string("stranger", "chat_service_sid") == installation.service.text)
        }
    }

    @Test func whatHoldsUpASendingIsShown() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let nobody = try await explain(caller, from: Self.proxy, to: Self.person)
            #expect(nobody.string("direction") == "outbound" && nobody.string("outcome") == "nobody" && nobody.isNull("stranger"))
            let conversation = try await caller.conversation(with: [Self.person])
            #expect(try await explain(caller, from: Self.proxy, to: Self.person).string("outcome") == "sent")

            _ = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["Body": "secret text"])
            let queued = try await explain(caller, from: Self.proxy, to: Self.person)
            #expect(queued.string("lane", "head")?.hasPrefix("DY") == true && queued.string("lane", "head_phase") == "queued")
            #expect(!queued.text.contains("secret text"))

            try await installation.dispatch { _ in .misconfigured(Diagnosis(text: "credentials refused")) }
            let paused = try await explain(caller, from: Self.proxy, to: Self.person)
            #expect(paused.string("outcome") == "waits" && paused.string("reason") == "adapter_paused")
            #expect(paused.string("adapter_pause", "reason") == "credentials refused")

            let stop: KeyValuePairs = ["ProxyAddress": Self.proxy, "Address": Self.person, "State": "stopped"]
            _ = try await caller.post("/admin/v1/consents", stop)
            let stopped = try await explain(caller, from: Self.proxy, to: Self.person)
            #expect(stopped.string("outcome") == "fails" && stopped.string("reason") == "opted_out")
            #expect(stopped.string("consent", "state") == "stopped" && stopped.string("consent", "source") == "api")
        }
    }

    /// A query, and the parameter that the answer names.
    @Test(arguments: [
        ("", "From"), ("From=%2B15557000001", "To"), ("To=%2B15550100000", "From"), ("From=&To=%2B15550100000", "From"),
        ("From=5557000001&To=%2B15550100000", "From"), ("From=%2B15557000001&To=nobody%40", "To"),
        ("From=%2B15557000001&From=%2B15557000002&To=%2B15550100000", "From"), ("From=%2B15557000001&To=%2B15557000002", "To"),
        ("From=%2B15550100000&To=desk%40in.example", "To"),
    ])
    func whatIsWrongIsNamed(query: String, parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let reply = try await caller.get("/admin/v1/route?\(query)")
            reply.expectError(400, 20001, "parameter \(parameter)")
            #expect(!reply.text.contains("5557000001"))
        }
    }
}
