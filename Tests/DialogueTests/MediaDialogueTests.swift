import Foundation
import Hummingbird
import ParleyCore
import ParleyTransfer
import Synchronization
import Testing

/// A picture that a phone sends comes through the whole daemon: the callback names it, and the provider hands it out to whom it knows.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MediaDialogueTests {
    @Test func aPictureIsFetchedWithCredentialsAndStrangersAddressesAreNotAsked() async throws {
        let provider = FreePort.take()
        let daemon = RunningDaemon()
        let settings = daemon.folder.read("parley.yaml")
        daemon.folder.write(
            "parley.yaml",
            settings.replacing(
                "  mail:\n",
                with: """
                      mms:
                        type: http-sms
                        provider: bandwidth
                        base_url: http://127.0.0.1:\(provider)/api/v2
                        credentials: { account_id: "1", application_id: app, user: me, password: s3cret-password }
                        callback_secret: callback-secret
                        addresses: ["+15551239999"]
                      mail:

                    """))
        let asked = Mutex<[String]>([])
        let router = Router()
        router.get("/media/{name}") { request, context -> Response in
            let name = context.parameters.get("name") ?? ""
            let proof = request.headers[.authorization] ?? "nobody"
            asked.withLock { $0.append("\(name) \(proof)") }
            switch name {
            case "picture":
                return Response(status: .ok, headers: [.contentType: "image/png"], body: .init(byteBuffer: .init(bytes: [1, 2, 3, 4])))
            // Another host by its name, in a network that strangers' URLs must not reach.
            case "elsewhere": return Response(status: .found, headers: [.location: "http://localhost:\(provider)/media/secret"])
            default: return Response(status: .ok, body: .init(byteBuffer: .init(string: "secret")))
            }
        }
        try await LoopbackServer.serving(router, on: provider) {
            try await daemon.start()
            defer { daemon.kill() }
            let conversation = try await daemon.createConversation()
            try await daemon.addChat("alice", to: conversation)
            try await daemon.add("+15557770001", by: "+15551239999", to: conversation)
            for (number, name) in ["picture", "elsewhere"].enumerated() {
                try await call(daemon, id: name, text: "Look at \(name)", url: "http://127.0.0.1:\(provider)/media/\(name)")
                try await eventually("the message is there\n\(daemon.log.suffix(2000))") {
                    try await messages(daemon, conversation).count == number + 1
                }
            }
            let said = try await messages(daemon, conversation)
            #expect(said.map { $0["body"]?.string } == ["Look at picture", "Look at elsewhere"])
            let media = said.map { $0["media"]?.array ?? [] }
            #expect(media[0].first?["content_type"]?.string == "image/png" && media[0].first?["size"]?.int == 4)
            #expect(media[0].count == 1 && media[1].isEmpty)
            let proof = "Basic " + Data("me:s3cret-password".utf8).base64EncodedString()
            #expect(asked.withLock(\.self) == ["picture \(proof)", "elsewhere \(proof)"], "nothing asked localhost")
            #expect(!daemon.log.contains("s3cret-password") && !daemon.log.contains("/media/"))
            #expect(daemon.log.contains("forbidden"))
            #expect(await daemon.terminate() == 0)
        }
    }

    private func messages(_ daemon: RunningDaemon, _ conversation: String) async throws -> [JSON] {
        try await daemon.get("/v1/Conversations/\(conversation)/Messages").json["messages"]?.array ?? []
    }

    private func call(_ daemon: RunningDaemon, id: String, text: String, url: String) async throws {
        let event = """
            [{"type":"message-received","time":"2026-11-28T10:00:00Z","to":"+15551239999","message":{"id":"\(id)","time":"2026-11-28T10:00:00Z",
            "to":["+15551239999"],"from":"+15557770001","text":"\(text)","applicationId":"app","media":["\(url)"],"owner":"+15551239999",
            "direction":"in","segmentCount":1}}]
            """
        let answer = try await daemon.transfer.send(
            OutboundRequest(
                method: "POST", url: "http://127.0.0.1:\(daemon.ports.callbacks)/adapters/mms/inbound/callback-secret",
                headers: [HeaderField("Content-Type", "application/json")], body: Array(event.utf8)), trust: .operatorChosen)
        #expect(answer.status / 100 == 2, "\(String(decoding: answer.body, as: UTF8.self))")
    }
}
