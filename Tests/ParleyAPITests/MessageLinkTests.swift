import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// The page with the whole of a text that was cut.
@Suite struct MessageLinkTests {
    @Test(arguments: Transport.allCases)
    func theWholeTextForSevenDays(over transport: Transport) async throws {
        let installation = try await Installation()
        let text = Array(repeating: "Grüße <b>👋</b>", count: 100).joined(separator: "\n")
        let sids = try await installation.api { caller in
            let medium = try await caller.send(
                .post, "/v1/Services/\(installation.service)/Media?Filename=a.txt", [.contentType: "text/plain"], Array("hello".utf8))
            let conversation = try await caller.conversation()
            let message = try await caller.post(
                "/v1/Conversations/\(conversation)/Messages", ["Body": text, "MediaSid": medium.string("sid") ?? ""])
            return [conversation, message.string("sid") ?? "", medium.string("sid") ?? ""]
        }
        let message = try #require(SID(sids[1], .message))
        let medium = try #require(SID(sids[2], .media))
        let links = installation.broker.rules.installation.links
        let expires = installation.clock.now + MediaLinkSigner.life
        let path = links.path(ofMessage: message, expires: expires)
        try await installation.strangers(over: transport) { stranger in
            let page = try await stranger.get(path)
            #expect(page.status == 200)
            #expect(page.text == text + "\na.txt: " + Installation.publicURL + links.path(of: medium, expires: expires))
            #expect(page.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            #expect(page.headers[.cacheControl] == "no-store")
            let query = path.drop { $0 != "?" }
            // Of a medium, and of the message as if it were one.
            let ofMedium = links.path(of: medium, expires: expires).drop { $0 != "?" }
            let ofItself = links.path(of: message, expires: expires).drop { $0 != "?" }
            for wrong in [
                path + "0", path.replacingOccurrences(of: "expires=1", with: "expires=2"), "/messages/\(message)", "/messages/x",
                "/messages/\(message)?expires=x&signature=y", "/messages/\(message)?expires=%FF", path + "&expires=1",
                "/messages/\(SID(.message, high: 9, low: 8))\(query)", "/messages/\(medium)\(query)",
                "/messages/\(message)\(ofMedium)", "/messages/\(message)\(ofItself)",
            ] {
                try await stranger.get(wrong).expectError(404, 20404)
            }
            try await stranger.get("/media/\(medium)\(query)").expectError(403, 20403)
            let unknown = links.path(ofMessage: SID(.message, high: 9, low: 9), expires: expires)
            try await stranger.get(unknown).expectError(404, 20404)
        }
        let later = links.path(ofMessage: message, expires: expires + .seconds(3600))
        installation.clock.pass(MediaLinkSigner.life)
        try await installation.strangers(over: transport) { stranger in
            try await stranger.get(path).expectError(404, 20404)
            #expect(try await stranger.get(later).status == 200)
        }
        try await installation.api { caller in
            let answer = try await caller.delete("/v1/Conversations/\(sids[0])/Messages/\(sids[1])")
            #expect(answer.status == 204)
        }
        try await installation.strangers(over: transport) { stranger in
            try await stranger.get(later).expectError(404, 20404)
        }
    }
}
