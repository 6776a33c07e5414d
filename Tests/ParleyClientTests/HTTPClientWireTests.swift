import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(10))) struct HTTPClientWireTests {
    private static func request(_ url: String, bytesMax: Int = 100, time: Duration = .seconds(30)) -> WireRequest {
        WireRequest(
            method: "POST", url: url, headers: ["content-type": "text/plain"], body: Array("hello".utf8), bytesMax: bytesMax, time: time)
    }

    @Test func anAnswerComesWithItsPosition() async throws {
        let (gateway, wire) = (try await LoopbackGateway.open(), HTTPClientWire(options: .init()))
        let answer = try await wire.exchange(HTTPClientWireTests.request(gateway.url + "/echo"))
        #expect(answer.status == 201 && answer.headers["parley-position"] == "7" && answer.body == Array("hello".utf8))
        await wire.shutdown()
        try await gateway.close()
    }

    @Test(arguments: [
        ("/cut", 100, Duration.seconds(30), WireFailure.broken), ("/echo", 4, .seconds(30), .answerTooLong),
        ("/never", 100, .milliseconds(50), .timedOut), ("/half", 100, .milliseconds(50), .timedOut),
    ]) func eachFailureIsKnown(path: String, bytesMax: Int, time: Duration, failure: WireFailure) async throws {
        let (gateway, wire) = (try await LoopbackGateway.open(), HTTPClientWire(options: .init()))
        await #expect(throws: failure) {
            try await wire.exchange(HTTPClientWireTests.request(gateway.url + path, bytesMax: bytesMax, time: time))
        }
        await wire.shutdown()
        try await gateway.close()
    }

    @Test func aGatewayThatIsNotThereWasSentNothing() async throws {
        let (gateway, wire) = (try await LoopbackGateway.open(), HTTPClientWire(options: .init()))
        let url = gateway.url
        try await gateway.close()
        await #expect(throws: WireFailure.notConnected) { try await wire.exchange(HTTPClientWireTests.request(url + "/echo")) }
        await wire.shutdown()
        await #expect(throws: WireFailure.shutDown) { try await wire.exchange(HTTPClientWireTests.request(url + "/echo")) }
        await wire.shutdown()
    }

    /// Whoever waits did not cancel anything: they are told that the client is shut down.
    @Test(arguments: ["/never", "/half"]) func theShutdownEndsWhatIsUnderWay(path: String) async throws {
        let (gateway, wire) = (try await LoopbackGateway.open(), HTTPClientWire(options: .init()))
        let request = HTTPClientWireTests.request(gateway.url + path)
        let task = Task { _ = try await wire.exchange(request) }
        await gateway.asked()
        await wire.shutdown()
        let result = await task.result
        #expect(throws: WireFailure.self) { try result.get() }
        if case .failure(let failure as WireFailure) = result { #expect(failure == .shutDown || failure == .broken && path == "/half") }
        try await gateway.close()
    }

    @Test func aTaskThatIsCancelledEndsItsExchange() async throws {
        let (gateway, wire) = (try await LoopbackGateway.open(), HTTPClientWire(options: .init()))
        let request = HTTPClientWireTests.request(gateway.url + "/never")
        let task = Task { _ = try await wire.exchange(request) }
        task.cancel()
        let result = await task.result
        #expect(throws: WireFailure.cancelled) { try result.get() }
        await wire.shutdown()
        try await gateway.close()
    }
}
