import ParleyBroker
import ParleyCore
import Testing

/// The most segments that a text may become, and what a person is sent of a longer one.
@Suite struct TextBoundTests {
    private func scene(
        _ segmentsMax: Int, _ beyond: AdapterProfile.TextBound.Beyond, replacesTypography: Bool = false
    ) async throws -> (Installed, Conversation) {
        let installed = try await Installed(replacesTypography: replacesTypography) {
            $0.textBound = AdapterProfile.TextBound(segmentsMax: segmentsMax, beyond: beyond)
        }
        let conversation = try await installed.conversation()
        _ = try await installed.add("+15557770001", by: "+15550100000", to: conversation)
        return (installed, conversation)
    }

    private func media(_ type: String, _ names: [String], _ installed: Installed) async throws -> [SID] {
        var media: [SID] = []
        for name in names {
            let key = try installed.media.keep(Array(name.utf8))
            media.append(try await installed.broker.perform(RegisterMedia(key: key, contentType: type, size: 5, filename: name)).sid)
        }
        return media
    }

    /// A link is 160 septets long here.
    @Test(
        arguments: [
            // What fits stays.
            (String(repeating: "a", count: 306), 2, nil),
            (String(repeating: "a", count: 307), 2, String(repeating: "a", count: 141) + " ... "),
            (String(repeating: "a", count: 2000), 6, String(repeating: "a", count: 753) + " ... "),
            (String(repeating: "word ", count: 100), 2, String(repeating: "word ", count: 27) + "word ... "),
            (String(repeating: "ж", count: 202), 3, String(repeating: "ж", count: 38) + " … "),
            (String(repeating: "👨‍👩‍👧", count: 40), 3, String(repeating: "👨‍👩‍👧", count: 4) + " … "),
            // No room for the link.
            (String(repeating: "a", count: 161), 1, nil), (String(repeating: "ж", count: 135), 2, nil),
        ] as [(String, Int, String?)])
    func aLongTextEndsWithALink(text: String, segmentsMax: Int, start: String?) async throws {
        let (installed, conversation) = try await scene(segmentsMax, .link)
        let message = try await installed.say(text, in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        let sent = try #require(dispatch.payload.text)
        #expect(dispatch.payload.segmentsMax == segmentsMax)
        #expect(try await installed.delivery(dispatch.delivery)?.flags == (start == nil ? [] : [.textLinked]))
        guard let start else { return #expect(sent == text) }
        let expires = installed.clock.stamp().now + MediaLinkSigner.life
        let link = "https://parley.example" + installed.broker.rules.installation.links.path(ofMessage: message.sid, expires: expires)
        #expect(link.count == 160 && sent == start + link)
        #expect(SMSText(sent).segments == segmentsMax)
    }

    @Test func aLongTextIsSplitByTheAdapter() async throws {
        let (installed, conversation) = try await scene(2, .split)
        let text = String(repeating: "a", count: 1000)
        _ = try await installed.say(text, in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        #expect(dispatch.payload.text == text && dispatch.payload.segmentsMax == 2)
        #expect(try await installed.delivery(dispatch.delivery)?.flags == [])
    }

    /// The page behind the link has the links to the media.
    @Test func linksToMediaAreNotCut() async throws {
        let (installed, conversation) = try await scene(2, .link)
        _ = try await installed.say("look", media: media("application/pdf", ["a.pdf", "b.pdf", "c.pdf"], installed), in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        let sent = try #require(dispatch.payload.text)
        #expect(sent.hasPrefix("look ... https://parley.example/messages/IM") && !sent.contains("/media/") && SMSText(sent).segments == 2)
        #expect(try await installed.delivery(dispatch.delivery)?.flags == [.mediaLinked, .textLinked])
    }

    @Test func besideMediaTheTextIsWhole() async throws {
        let (installed, conversation) = try await scene(2, .link)
        let text = String(repeating: "a", count: 1000)
        _ = try await installed.say(text, media: media("image/png", ["a.png"], installed), in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        #expect(dispatch.payload.text == text && dispatch.payload.segmentsMax == nil && dispatch.payload.media.count == 1)
        #expect(try await installed.delivery(dispatch.delivery)?.flags == [])
    }

    @Test func plainCharactersComeFirst() async throws {
        let (installed, conversation) = try await scene(2, .link, replacesTypography: true)
        _ = try await installed.say(String(repeating: "It’s ", count: 100), in: conversation)
        let dispatch = try #require(try await installed.turn(Installed.sms).first)
        let sent = try #require(dispatch.payload.text)
        #expect(sent.hasPrefix(String(repeating: "It's ", count: 28) + "... https://") && SMSText(sent).segments == 2)
        #expect(try await installed.delivery(dispatch.delivery)?.flags == [.textReplaced, .textLinked])
    }

    @Test func mailIsWhole() async throws {
        let (installed, conversation) = try await scene(1, .link)
        _ = try await installed.add("bob@customer.example", by: "support@in.example", to: conversation)
        let text = String(repeating: "a", count: 1000)
        _ = try await installed.say(text, in: conversation)
        let mail = try #require(try await installed.turn(Installed.mail).first)
        #expect(mail.payload.text == text && mail.payload.segmentsMax == nil)
    }
}
