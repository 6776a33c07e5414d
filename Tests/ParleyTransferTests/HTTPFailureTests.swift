import ParleyCore
import ParleyTransfer
import Testing

@Suite struct HTTPFailureTests {
    @Test(arguments: [(4, true), (5, false)])
    func anAnswerMayBeAsLongAsAllowedAndNoLonger(bytes: Int, tooLong: Bool) async throws {
        let script = HTTPScript { _, _ in .ok(200, [], [1, 2, 3, 4, 5]) }
        try await withTransfer { transfer in
            let failure = await thrown {
                _ = try await transfer.send(OutboundRequest(method: "GET", url: script.url, answerBytesMax: bytes), trust: .operatorChosen)
            }
            #expect(failure?.reason == (tooLong ? .tooLarge : nil))
            #expect(failure?.mayHaveLeft == (tooLong ? true : nil))
        }
    }

    @Test func headersWithoutEndAreCutOff() async throws {
        let script = HTTPScript { _, _ in .ok(200, (0..<300).map { "X-\($0): \(String(repeating: "a", count: 1000))" }) }
        try await withTransfer { transfer in
            let failure = await thrown {
                _ = try await transfer.send(OutboundRequest(method: "GET", url: script.url), trust: .operatorChosen)
            }
            #expect(failure?.reason == .tooLarge)
        }
    }

    @Test func aServerThatNeverAnswersTimesOut() async throws {
        let script = HTTPScript { _, _ in .silence }
        try await withTransfer { transfer in
            let failure = await thrown {
                _ = try await transfer.send(
                    OutboundRequest(method: "POST", url: script.url, timeout: .milliseconds(200)), trust: .operatorChosen)
            }
            #expect(failure?.reason == .timedOut)
            #expect(failure?.mayHaveLeft == true)
        }
    }

    @Test func timeRunsOutAlsoForWhoWaitsForAConnection() async throws {
        let script = HTTPScript { _, _ in .silence }
        try await withTransfer(TransferConfiguration(connectionsPerHostMax: 1)) { transfer in
            let reasons = await withTaskGroup(of: TransferFailure?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        await thrown {
                            _ = try await transfer.send(
                                OutboundRequest(method: "GET", url: script.url, timeout: .milliseconds(200)), trust: .operatorChosen)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reasons.map { $0?.reason } == [.timedOut, .timedOut, .timedOut])
            #expect(reasons.contains { $0?.mayHaveLeft == false })
        }
    }

    @Test func nobodyListeningIsUnreachable() async throws {
        try await withTransfer { transfer in
            let url = "http://127.0.0.1:\(LoopbackServer.unusedPort())/"
            let failure = await thrown { _ = try await transfer.send(OutboundRequest(method: "POST", url: url), trust: .operatorChosen) }
            #expect(failure?.reason == .unreachable)
            #expect(failure?.mayHaveLeft == false)
        }
    }

    @Test func anUnknownNameIsUnresolved() async throws {
        try await withTransfer { transfer in
            let request = OutboundRequest(method: "POST", url: "http://nobody.invalid/")
            let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
            #expect(failure?.reason == .unresolved)
            #expect(failure?.mayHaveLeft == false)
        }
    }

    @Test func aPlainServerIsNoTLSServer() async throws {
        let server = LoopbackServer { $0.write("HTTP/1.1 400 Bad\r\n\r\n") }
        try await withTransfer { transfer in
            let failure = await thrown {
                _ = try await transfer.send(
                    OutboundRequest(method: "POST", url: "https://127.0.0.1:\(server.port)/"), trust: .operatorChosen)
            }
            #expect(failure?.reason == .tls)
            #expect(failure?.mayHaveLeft == false)
        }
    }

    @Test func aConnectionThatBreaksMayHaveDelivered() async throws {
        let script = HTTPScript { _, _ in .hangUp }
        try await withTransfer { transfer in
            let failure = await thrown {
                _ = try await transfer.send(OutboundRequest(method: "POST", url: script.url), trust: .operatorChosen)
            }
            #expect(failure?.reason == .broken)
            #expect(failure?.mayHaveLeft == true)
        }
        #expect(script.requests.all.count == 1)
    }

    @Test func aBodyThatEndsEarlyIsBroken() async throws {
        let closing = LoopbackServer { connection in
            _ = connection.line()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        }
        try await withTransfer { transfer in
            let url = "http://127.0.0.1:\(closing.port)/"
            let failure = await thrown { _ = try await transfer.send(OutboundRequest(method: "GET", url: url), trust: .operatorChosen) }
            #expect(failure?.reason == .broken)
        }
    }

    /// The server takes the first request, and hangs up on the second after reading all of it: what a pooled connection does to a client
    /// that comes at the wrong moment. libcurl alone would send the second again whatever its method.
    @Test(arguments: [("GET", 3), ("PUT", 3), ("DELETE", 3), ("POST", 2), ("PATCH", 2)])
    func onlyIdempotentMethodsAreRepeatedAfterAPooledConnectionBroke(method: String, requests: Int) async throws {
        let script = HTTPScript { _, before in before == 1 ? .hangUp : .ok(200) }
        try await withTransfer { transfer in
            let request = OutboundRequest(method: method, url: script.url, body: method == "GET" ? nil : [1, 2, 3])
            _ = try await transfer.send(request, trust: .operatorChosen)
            let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
            #expect(failure?.reason == (requests == 3 ? nil : .broken))
            #expect(failure?.mayHaveLeft == (requests == 3 ? nil : true))
        }
        #expect(script.requests.all.count == requests)
    }

    /// A connection that the server closed while it was idle is found out before anything is written, so a POST is safe.
    @Test func aConnectionClosedWhileIdleIsReplaced() async throws {
        let closed = Record<Int>()
        let script = LoopbackServer { connection in
            while let line = connection.line(), !line.isEmpty {}
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            closed.add(1)
        }
        try await withTransfer { transfer in
            for _ in 0..<5 {
                let request = OutboundRequest(method: "POST", url: "http://127.0.0.1:\(script.port)/")
                let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
                // The rare request that overtakes the server's closing is told apart, never repeated.
                #expect(failure == nil || (failure?.reason == .broken && failure?.mayHaveLeft == true))
                _ = await closed.next()
            }
        }
    }

    @Test func cancellingTheTaskEndsTheTransfer() async throws {
        let script = HTTPScript { _, _ in .silence }
        try await withTransfer { transfer in
            let task = Task {
                await thrown { _ = try await transfer.send(OutboundRequest(method: "POST", url: script.url), trust: .operatorChosen) }
            }
            _ = await script.requests.next()
            task.cancel()
            let failure = await task.value
            #expect(failure?.reason == .cancelled)
            #expect(failure?.mayHaveLeft == true)
        }
    }

    @Test func aTaskCancelledBeforehandSendsNothing() async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await thrown {
                    _ = try await transfer.send(OutboundRequest(method: "POST", url: script.url), trust: .operatorChosen)
                }
            }
            task.cancel()
            let failure = await task.value
            #expect(failure?.reason == .cancelled)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(script.requests.all.isEmpty)
    }

    @Test func shutdownCancelsWhatIsUnderWayAndRefusesWhatFollows() async throws {
        let script = HTTPScript { _, _ in .silence }
        let transfer = Transfer()
        async let pending = thrown { _ = try await transfer.send(OutboundRequest(method: "POST", url: script.url), trust: .operatorChosen) }
        _ = await script.requests.next()
        await transfer.shutdown()
        await transfer.shutdown()
        #expect(await pending?.reason == .cancelled)
        let later = await thrown { _ = try await transfer.send(OutboundRequest(method: "POST", url: script.url), trust: .operatorChosen) }
        #expect(later?.reason == .cancelled)
        #expect(later?.mayHaveLeft == false)
        let mail = await thrown { _ = try await transfer.submit(.sample(), to: Relay(host: "127.0.0.1", port: 1)) }
        #expect(mail?.reason == .cancelled)
    }

    @Test func shutdownWaitsForItsGrace() async throws {
        let release = Record<Int>()
        let script = LoopbackServer { connection in
            while let line = connection.line(), !line.isEmpty {}
            release.add(1)
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.drain()
        }
        let transfer = Transfer(configuration: TransferConfiguration(shutdownGrace: .seconds(20)))
        async let answer = transfer.send(
            OutboundRequest(method: "POST", url: "http://127.0.0.1:\(script.port)/"), trust: .operatorChosen)
        _ = await release.next()
        await transfer.shutdown()
        let status = try await answer.status
        #expect(status == 200)
    }

    @Test(
        arguments: [
            OutboundRequest(method: "GET", url: "http://127.0.0.1:1/\r\nX: y"),
            OutboundRequest(method: "GET", url: "http://127.0.0.1:1/ b"),
            OutboundRequest(method: "GET", url: "http://127.0.0.1:1/\0"), OutboundRequest(method: "GET", url: "http://127.0.0.1:1/\u{e9}"),
            OutboundRequest(method: "GET", url: "ftp://127.0.0.1/"), OutboundRequest(method: "GET", url: "file:///etc/passwd"),
            OutboundRequest(method: "GET", url: "gopher://127.0.0.1:1/"), OutboundRequest(method: "GET", url: "127.0.0.1:1"),
            OutboundRequest(method: "GET", url: "http:127.0.0.1"), OutboundRequest(method: "GET", url: ""),
            OutboundRequest(method: "GET", url: "http://"), OutboundRequest(method: "GET", url: "http://127.0.0.1:99999/"),
            OutboundRequest(method: "", url: "http://127.0.0.1:1/"), OutboundRequest(method: "GET\r\nX: y", url: "http://127.0.0.1:1/"),
            OutboundRequest(method: "GET /x", url: "http://127.0.0.1:1/"), OutboundRequest(method: "CONNECT", url: "http://127.0.0.1:1/"),
            OutboundRequest(method: "HEAD", url: "http://127.0.0.1:1/", body: [1]),
        ])
    func whatCannotBeSentAsItIsIsMalformed(request: OutboundRequest) async throws {
        try await withTransfer { transfer in
            let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
            #expect(failure?.reason == .malformed)
            #expect(failure?.mayHaveLeft == false)
        }
    }

    @Test(
        arguments: [
            HeaderField("X", "a\r\nY: b"), HeaderField("X", "a\nY: b"), HeaderField("X", "a\rb"), HeaderField("X", "a\0"),
            HeaderField("X", "\u{7f}"),
            HeaderField("X\r\nY", "a"), HeaderField("X Y", "a"), HeaderField("X:", "a"), HeaderField("", "a"), HeaderField("X\u{e9}", "a"),
            HeaderField("Content-Length", "3"), HeaderField("transfer-encoding", "chunked"),
        ])
    func aHeaderThatWouldBeMoreThanAHeaderIsMalformed(header: HeaderField) async throws {
        let script = HTTPScript.echo()
        try await withTransfer { transfer in
            let request = OutboundRequest(method: "POST", url: script.url, headers: [header], body: [1])
            let failure = await thrown { _ = try await transfer.send(request, trust: .operatorChosen) }
            #expect(failure?.reason == .malformed)
            #expect(failure?.mayHaveLeft == false)
        }
        #expect(script.requests.all.isEmpty)
    }

    @Test func aFailureNamesTheURLWithoutItsSecrets() async throws {
        try await withTransfer { transfer in
            let url = "http://user:secret1@127.0.0.1:\(LoopbackServer.unusedPort())/path?token=secret2"
            let failure = try #require(
                await thrown { _ = try await transfer.send(OutboundRequest(method: "GET", url: url), trust: .operatorChosen) })
            #expect(failure.detail.contains("/path"))
            #expect(!failure.description.contains("secret"))
        }
    }
}
