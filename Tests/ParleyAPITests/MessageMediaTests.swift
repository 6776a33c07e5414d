import Foundation
import HTTPTypes
import ParleyCore
import Testing

/// A message with several media.
@Suite struct MessageMediaTests {
    static func upload(_ count: Int, _ people: People) async throws -> [String] {
        var sids: [String] = []
        for number in 0..<count {
            let reply = try await people.alice.send(
                .post, "/v1/Services/\(people.installation.service)/Media", [.contentType: "image/png"], [UInt8(number)])
            sids.append(try #require(reply.string("sid")))
        }
        return sids
    }

    static func said(_ reply: Reply) -> [String] { reply.list("media").compactMap { $0["sid"] as? String } }

    static let path = "/v1/Conversations/room/Messages"

    @Test(arguments: [1, 2, 10]) func theyStandInTheOrderGiven(count: Int) async throws {
        try await People.meet { people in
            let media = Array(try await Self.upload(count, people).reversed())
            let reply = try await people.alice.post(Self.path, text: media.map { "MediaSid=\($0)" }.joined(separator: "&"))
            #expect(reply.status == 201, "\(reply.text)")
            #expect(Self.said(reply) == media)
            #expect(Self.said(try await people.alice.get("\(Self.path)/\(reply.string("sid") ?? "")")) == media)
        }
    }

    /// Of what is refused nothing stays: the media can be said afterwards.
    @Test(arguments: [
        ("MediaSid={0}&MediaSid={0}", 400, 50508), ("MediaSid={0}&MediaSid={1}&MediaSid={0}", 400, 50508),
        ("MediaSid={0}&MediaSid=ME00000000000000000000000000000000", 404, 50507), ("MediaSid={0}&MediaSid=", 400, 20001),
        ("MediaSid={0}&MediaSid=nonsense", 400, 20001), ("MediaSid=&MediaSid=", 400, 20001),
        ((0..<11).map { "MediaSid={\($0)}" }.joined(separator: "&"), 400, 20001),
    ])
    func whatIsRefused(_ form: String, _ status: Int, _ code: Int) async throws {
        try await People.meet { people in
            let media = try await Self.upload(11, people)
            let filled = media.enumerated().reduce(form) { $0.replacing("{\($1.offset)}", with: $1.element) }
            let before = try await people.installation.eventCount()
            try await people.alice.post(Self.path, text: filled + "&Body=x").expectError(status, code, "MediaSid")
            #expect(try await people.installation.eventCount() == before)
            #expect(try await people.alice.post(Self.path, text: "MediaSid=\(media[0])").status == 201)
            try await people.alice.post(Self.path, text: "MediaSid=\(media[1])&MediaSid=\(media[0])").expectError(400, 50508, "MediaSid")
        }
    }
}
