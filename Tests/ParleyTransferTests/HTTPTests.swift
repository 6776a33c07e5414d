import ParleyCore
import ParleyTransfer
import Testing

@Suite struct HTTPTests {
    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"], [nil, "", "{\"a\":1}\0\u{e9}"])
    func methodsAndBodiesArriveAsTheyAre(method: String, text: String?) async throws {
        let script = HTTPScript.echo()
        let body = text.map { Array($0.utf8) }
        let answer = try await withTransfer {
            try await $0.send(OutboundRequest(method: method, url: script.url + "/a?b=c", body: body), trust: .operatorChosen)
        }
        #expect(answer.status == 200)
        #expect(answer.body == body ?? [])
        #expect(answer.header("x-line") == "\(method) /a?b=c HTTP/1.1")
        let request = try #require(script.requests.all.first)
        #expect(request.header("User-Agent") == "Parley")
        #expect(request.header("Expect") == nil)
        #expect(request.header("Content-Type") == nil)
    }

    @Test func aHeadRequestHasNoBody() async throws {
        let script = HTTPScript { _, _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n") }
        let answer = try await withTransfer {
            try await $0.send(OutboundRequest(method: "HEAD", url: script.url), trust: .operatorChosen)
        }
        #expect(answer.header("Content-Length") == "7")
        #expect(answer.body.isEmpty)
    }

    @Test func headersArriveInOrderAndAsWritten() async throws {
        let script = HTTPScript { _, _ in .ok(202, ["X-One: 1", "X-Two: a, b ", "Set-Cookie: a", "Set-Cookie: b", "X-Empty:"]) }
        let headers = [
            HeaderField("X-B", "2; q=\"1\""), HeaderField("x-a", "1"), HeaderField("X-None", ""), HeaderField("content-type", "text/x"),
            HeaderField("User-Agent", "other"),
        ]
        let answer = try await withTransfer {
            try await $0.send(OutboundRequest(method: "POST", url: script.url, headers: headers, body: [1]), trust: .operatorChosen)
        }
        #expect(
            answer.headers.prefix(5) == [
                HeaderField("X-One", "1"), HeaderField("X-Two", "a, b"), HeaderField("Set-Cookie", "a"), HeaderField("Set-Cookie", "b"),
                HeaderField("X-Empty", ""),
            ])
        #expect(answer.status == 202)
        let request = try #require(script.requests.all.first)
        let own = request.headers.filter { line in headers.contains { line.hasPrefix($0.name + ":") } }
        #expect(own.sorted() == ["User-Agent: other", "X-B: 2; q=\"1\"", "X-None:", "content-type: text/x", "x-a: 1"])
    }

    @Test(arguments: [301, 302, 307, 308, 400, 404, 429, 500, 503])
    func everyStatusIsAnAnswerAndNoRedirectIsFollowed(status: Int) async throws {
        let script = HTTPScript { _, _ in .ok(status, ["Location: /elsewhere"], [1]) }
        let answer = try await withTransfer { try await $0.send(OutboundRequest(method: "GET", url: script.url), trust: .operatorChosen) }
        #expect(answer.status == status)
        #expect(script.requests.all.count == 1)
    }

    @Test func interimAnswersAndTrailersAreNotTheAnswer() async throws {
        let script = HTTPScript { _, _ in
            .raw(
                "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Fold: a\r\n  b\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n")
        }
        let answer = try await withTransfer { try await $0.send(OutboundRequest(method: "GET", url: script.url), trust: .operatorChosen) }
        #expect(answer.body == Array("abc".utf8))
        #expect(answer.headers.map(\.name) == ["Transfer-Encoding", "X-Fold"])
        #expect(answer.header("X-Fold") == "a b")
    }

    @Test func oneConnectionServesRequestsInTurn() async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            for number in 0..<5 {
                let answer = try await transfer.send(
                    OutboundRequest(method: "POST", url: script.url, body: [UInt8(number)]), trust: .operatorChosen)
                #expect(answer.body == [UInt8(number)])
            }
        }
        #expect(Set(script.requests.all.map(\.connection)) == [1])
    }

    @Test func ahundredRequestsAtOnceGetTheirOwnAnswers() async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            try await withThrowingTaskGroup(of: (UInt8, [UInt8]).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let request = OutboundRequest(method: "POST", url: script.url, body: [UInt8(number)])
                        return (UInt8(number), try await transfer.send(request, trust: .operatorChosen).body)
                    }
                }
                for try await (number, body) in group { #expect(body == [number]) }
            }
        }
        #expect(script.requests.all.count == 100)
    }

    @Test func transfersBeyondTheLimitOfAHostWaitAndAreServed() async throws {
        let script = HTTPScript.echo()
        try await withTransfer(TransferConfiguration(connectionsPerHostMax: 2)) { transfer in
            await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try? await transfer.send(OutboundRequest(method: "GET", url: script.url), trust: .operatorChosen).status
                    }
                }
                for await status in group { #expect(status == 200) }
            }
        }
        #expect(Set(script.requests.all.map(\.connection)).isSubset(of: [1, 2]))
    }

    @Test func aBodyOfSeveralMegabytesGoesBothWays() async throws {
        let script = HTTPScript.echo()
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let answer = try await withTransfer {
            try await $0.send(
                OutboundRequest(method: "PUT", url: script.url, body: body, answerBytesMax: body.count), trust: .operatorChosen)
        }
        #expect(answer.body == body)
    }
}
