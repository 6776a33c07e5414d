import ParleyCore
import ParleySMS
import Synchronization
import Testing

/// Media are fetched with the provider's credentials where they are the provider's, and without them anywhere else.
@Suite struct MediaFetchTests {
    /// Answers by the URL; everything else is 404.
    private final class Site: HTTPExchange {
        struct Asked: Hashable {
            var url: String
            var authorization: String?
            var trust: Trust
        }

        private let answers: [String: OutboundAnswer]
        private let list = Mutex<[Asked]>([])
        var asked: [Asked] { list.withLock(\.self) }

        init(_ answers: [String: OutboundAnswer]) { self.answers = answers }

        func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
            let authorization = request.headers.first { $0.name == "Authorization" }?.value
            list.withLock { $0.append(Asked(url: request.url, authorization: authorization, trust: trust)) }
            let answer = answers[request.url] ?? OutboundAnswer(status: 404)
            guard answer.body.count <= request.answerBytesMax else {
                throw TransferFailure(.tooLarge, mayHaveLeft: true, detail: "too long")
            }
            return answer
        }
    }

    private func gateway(_ site: Site) throws -> HTTPSMSGateway {
        let events = """
                - kind: inbound
                  id: /id
                  from: /from
                  to: /to
                  media: { each: /media, url: /url, fetch: { bearer: "{{settings.token}}" } }

            """
        let definition = try Example.read(
            Example.definition(events: events).replacing("  receipts: true", with: "  receipts: false"))
        return HTTPSMSGateway(
            settings: try Example.settings(definition), name: "carrier", publicURL: "https://parley.example", exchange: site)
    }

    private static let picture = OutboundAnswer(status: 200, headers: [HeaderField("content-type", "image/jpeg; q=1")], body: [1, 2])

    @Test func theProvidersOwnAreAskedForWithCredentials() async throws {
        let site = Site(["https://api.example.com/m/1": Self.picture])
        let medium = try await gateway(site).fetch(
            InboundLink(url: "https://api.example.com/m/1", filename: "a/b\u{0}.jpg"), bytesMax: 10)
        #expect(medium == InboundMedia(contentType: "image/jpeg", filename: "b.jpg", content: [1, 2]))
        #expect(
            site.asked
                == [Site.Asked(url: "https://api.example.com/m/1", authorization: "Bearer t0ken-value", trust: .operatorChosen)])
    }

    @Test(arguments: [
        "https://cdn.example.net/m/1", "http://api.example.com/m/1", "https://api.example.com.evil.example/m/1",
        "https://api.example.com@evil.example/m/1", "https://api.example.com:8443/m/1", "https://api.example.com\\@evil.example/",
        "https://api.example.com?.evil.example/", "HTTPS://evil.example/https://api.example.com/",
    ])
    func nobodyElseGetsThem(url: String) async throws {
        let site = Site([url: Self.picture])
        _ = try? await gateway(site).fetch(InboundLink(url: url), bytesMax: 10)
        #expect(site.asked == [Site.Asked(url: url, authorization: nil, trust: .strangerChosen)])
    }

    @Test(arguments: [
        ("https://cdn.example.net/x", "https://cdn.example.net/x", Trust.strangerChosen),
        ("/elsewhere", "https://api.example.com/elsewhere", .operatorChosen),
        ("http://169.254.169.254/latest", "http://169.254.169.254/latest", .strangerChosen),
    ])
    func aRedirectIsAskedAsWhereItLeads(location: String, url: String, trust: Trust) async throws {
        let start = "https://api.example.com/m/1"
        let site = Site([start: OutboundAnswer(status: 307, headers: [HeaderField("Location", location)]), url: Self.picture])
        #expect(try await gateway(site).fetch(InboundLink(url: start), bytesMax: 10)?.content == [1, 2])
        #expect(site.asked.count == 2)
        let authorization = trust == .operatorChosen ? "Bearer t0ken-value" : nil
        #expect(site.asked.last == Site.Asked(url: url, authorization: authorization, trust: trust))
    }

    @Test func whoLeadsBackToTheProviderDoesNotAskInItsName() async throws {
        let (start, back) = ("https://evil.example/1", "https://api.example.com/secret")
        let site = Site([start: OutboundAnswer(status: 302, headers: [HeaderField("Location", back)]), back: Self.picture])
        _ = try await gateway(site).fetch(InboundLink(url: start), bytesMax: 10)
        #expect(site.asked.last == Site.Asked(url: back, authorization: nil, trust: .strangerChosen))
    }

    @Test(arguments: [(404, false), (429, false), (500, false), (503, false), (401, true), (403, true), (410, true), (302, true)])
    func aRefusalIsForNowOrForGood(status: Int, isFinal: Bool) async throws {
        let site = Site(["https://api.example.com/m/1": OutboundAnswer(status: status)])
        let failure = await #expect(throws: MediaFetchFailure.self) {
            try await gateway(site).fetch(InboundLink(url: "https://api.example.com/m/1"), bytesMax: 10)
        }
        #expect(failure?.isFinal == isFinal)
    }

    @Test func aCircleAndALongMediumEnd() async throws {
        let url = "https://api.example.com/m/1"
        let circle = Site([url: OutboundAnswer(status: 302, headers: [HeaderField("Location", url)])])
        let failure = await #expect(throws: MediaFetchFailure.self) { try await gateway(circle).fetch(InboundLink(url: url), bytesMax: 10) }
        #expect(failure?.isFinal == true && circle.asked.count == 6)
        let long = Site([url: Self.picture])
        let other = await #expect(throws: MediaFetchFailure.self) { try await gateway(long).fetch(InboundLink(url: url), bytesMax: 1) }
        #expect(other?.isFinal == true)
    }

    @Test(
        arguments: [
            ("application/smil", nil, nil as String?), (nil, "video/mp4", "video/mp4"),
            ("application/octet-stream", "audio/amr", "audio/amr"),
            ("image/png", "image/jpeg", "image/png"), ("text/html; charset=utf-8", nil, "text/html"),
            (nil, nil, "application/octet-stream"),
            ("im age/png", "not a type", "application/octet-stream"),
        ] as [(String?, String?, String?)])
    func theTypeIsTheAnswersElseTheMessages(answered: String?, told: String?, expected: String?) async throws {
        let url = "https://api.example.com/m/1"
        let headers = answered.map { [HeaderField("Content-Type", $0)] } ?? []
        let site = Site([url: OutboundAnswer(status: 200, headers: headers, body: [1])])
        let medium = try await gateway(site).fetch(InboundLink(url: url, contentType: told), bytesMax: 10)
        #expect(medium?.contentType == expected)
    }
}
