import Foundation
import HTTPTypes
import ParleyAPI
import ParleyBroker
import ParleyCore
import Testing

@Suite struct MediaTests {
    static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test(arguments: Transport.allCases)
    func uploadAttachAndFetch(over transport: Transport) async throws {
        let installation = try await Installation()
        let path = "/v1/Services/\(installation.service)/Media"
        try await installation.api(over: transport) { caller in
            let uploaded = try await caller.send(
                .post, "\(path)?Filename=car%20%22%C3%A4%22.jpg&Category=MEDIA", [.contentType: "image/jpeg"], MediaTests.bytes)
            #expect(uploaded.status == 201)
            #expect(Set(uploaded.json.keys) == MediaTests.fields)
            let sid = try #require(uploaded.string("sid"))
            #expect(SID(sid, .media) != nil)
            #expect(uploaded.integer("size") == 100_000)
            #expect(uploaded.string("content_type") == "image/jpeg")
            #expect(uploaded.string("filename") == "car \"ä\".jpg")
            #expect(uploaded.string("category") == "media")
            #expect(uploaded.isNull("message_sid") && uploaded.isNull("channel_sid"))
            #expect(uploaded.string("url") == "\(Installation.apiURL)\(path)/\(sid)")

            let content = try await caller.get("\(path)/\(sid)/Content")
            #expect(content.status == 200)
            #expect(content.body == MediaTests.bytes)
            #expect(content.headers[.contentType] == "image/jpeg")
            #expect(content.headers[.contentLength] == "100000")
            #expect(content.headers[.xContentTypeOptions] == "nosniff")
            #expect(
                content.headers[.contentDisposition] == #"attachment; filename="car ___.jpg"; filename*=UTF-8''car%20%22%C3%A4%22.jpg"#)

            let conversation = try await caller.conversation()
            let message = try await caller.post("/v1/Conversations/\(conversation)/Messages", ["MediaSid": sid])
            #expect(message.status == 201)
            #expect(message.isNull("body"))
            let attachment = try #require(message.list("media").first)
            #expect(attachment["sid"] as? String == sid && attachment["size"] as? Int == 100_000)
            #expect(attachment["filename"] as? String == "car \"ä\".jpg" && attachment["content_type"] as? String == "image/jpeg")
            let fetched = try await caller.get("\(path)/\(sid)")
            #expect(fetched.string("message_sid") == message.string("sid"))
            #expect(fetched.string("channel_sid") == conversation)
            try await caller.post("/v1/Conversations/\(conversation)/Messages", ["MediaSid": sid]).expectError(400, 50508, "MediaSid")
            #expect(try await caller.get("/v1/Conversations/\(conversation)/Messages").list("messages").count == 1)
        }
    }

    static let fields: Set<String> = [
        "sid", "account_sid", "service_sid", "channel_sid", "message_sid", "date_created", "date_updated", "date_upload_updated", "size",
        "content_type", "filename", "category", "is_multipart_upstream", "author", "url", "links",
    ]

    @Test(arguments: Transport.allCases)
    func ranges(over transport: Transport) async throws {
        let installation = try await Installation()
        let path = "/v1/Services/\(installation.service)/Media"
        try await installation.api(over: transport) { caller in
            let sid = try await caller.send(.post, path, [.contentType: "text/plain"], Array("0123456789".utf8)).string("sid") ?? ""
            let content = "\(path)/\(sid)/Content"
            let part = try await caller.get(content, [.range: "bytes=2-4"])
            #expect(part.status == 206)
            #expect(part.text == "234")
            #expect(part.headers[.contentRange] == "bytes 2-4/10")
            #expect(try await caller.get(content, [.range: "bytes=-3"]).text == "789")
            let beyond = try await caller.get(content, [.range: "bytes=10-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers[.contentRange] == "bytes */10")
            #expect(try await caller.get(content, [.range: "bytes=0-1", .ifRange: "\"other\""]).status == 200)
            let whole = try await caller.get(content)
            #expect(try await caller.get(content, [.range: "bytes=0-1", .ifRange: whole.headers[.eTag] ?? ""]).status == 206)
        }
    }

    @Test func theHeadOfAMediumHasItsLengthAndNoBody() async throws {
        let installation = try await Installation()
        let path = "/v1/Services/\(installation.service)/Media"
        try await installation.api { caller in
            let sid = try await caller.send(.post, path, [.contentType: "text/plain"], Array("0123456789".utf8)).string("sid") ?? ""
            let head = try await caller.send(.head, "\(path)/\(sid)/Content")
            #expect(head.status == 200)
            #expect(head.headers[.contentLength] == "10")
            #expect(head.body.isEmpty)
        }
    }

    @Test(arguments: Transport.allCases)
    func whatIsTooLongIsRefusedAndNotKept(over transport: Transport) async throws {
        var limits = Limits()
        limits.mediaBytes = 1000
        let installation = try await Installation(limits: limits)
        let path = "/v1/Services/\(installation.service)/Media"
        try await installation.api(over: transport) { caller in
            #expect(try await caller.send(.post, path, [:], Array(repeating: 1, count: 1000)).status == 201)
            try await caller.send(.post, path, [:], Array(repeating: 1, count: 1001)).expectError(413, 50512)
        }
    }

    @Test(arguments: [
        ("?Category=other", "image/png", "Category"), ("?Filename=a%00b", "image/png", "Filename"),
        ("?Filename=a%0Ab", "image/png", "Filename"),
        ("?Filename=" + String(repeating: "x", count: 257), "image/png", "Filename"), ("", "image", "Content-Type"),
        ("", "image/", "Content-Type"), ("", "multipart/form-data; boundary=x", "Content-Type"), ("", "im age/png", "Content-Type"),
    ])
    func badUploads(query: String, type: String, parameter: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.send(.post, "/v1/Services/\(installation.service)/Media\(query)", [.contentType: type], [1]).expectError(
                400, 20001, parameter)
        }
    }

    @Test func aRepeatedUploadIsOneMedium() async throws {
        let installation = try await Installation()
        let path = "/v1/Services/\(installation.service)/Media"
        let key = HTTPField.Name("Idempotency-Key")!
        try await installation.api { caller in
            let first = try await caller.send(.post, path, [.contentType: "a/b", key: "k"], [1, 2])
            #expect(try await caller.send(.post, path, [.contentType: "a/b", key: "k"], [1, 2]).body == first.body)
            try await caller.send(.post, path, [.contentType: "a/b", key: "k"], [1, 3]).expectError(400, 20001, "Idempotency-Key")
        }
    }

    @Test func mediaLieUnderTheServiceOnly() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.send(.post, "/v1/Media", [:], [1]).expectError(404, 20404)
            try await caller.get("/v1/Services/\(installation.service)/Media/CH" + String(repeating: "a", count: 32)).expectError(
                404, 20404)
        }
    }

    @Test(arguments: Transport.allCases)
    func signedLinks(over transport: Transport) async throws {
        let installation = try await Installation()
        let uploaded = try await installation.api { caller in
            try await caller.send(
                .post, "/v1/Services/\(installation.service)/Media?Filename=a.txt", [.contentType: "text/plain"], Array("hello".utf8))
        }
        let link = try #require(uploaded.string("links", "content_direct_temporary"))
        #expect(link.hasPrefix(Installation.publicURL + "/media/ME"))
        let path = String(link.dropFirst(Installation.publicURL.count))
        let sid = uploaded.string("sid") ?? ""
        try await installation.strangers(over: transport) { stranger in
            let fetched = try await stranger.get(path)
            #expect(fetched.status == 200)
            #expect(fetched.text == "hello")
            #expect(fetched.headers[.contentDisposition] == "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt")
            #expect(try await stranger.get(path, [.range: "bytes=0-0"]).text == "h")
            for wrong in [
                path + "0", path.replacingOccurrences(of: "expires=1", with: "expires=2"), "/media/\(sid)",
                "/media/\(sid)?expires=x&signature=y",
                "/media/ME" + String(repeating: "a", count: 32) + path.drop { $0 != "?" },
            ] {
                try await stranger.get(wrong).expectError(403, 20403)
            }
            let unknown = SID(.media, high: 9, low: 9)
            let signed = installation.broker.rules.installation.links.path(of: unknown, expires: installation.clock.now + .seconds(60))
            try await stranger.get(signed).expectError(404, 20404)
            installation.clock.pass(.seconds(301))
            try await stranger.get(path).expectError(403, 20403)
        }
    }
}
