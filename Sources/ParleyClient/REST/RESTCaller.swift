import Foundation

/// Calls the gateway's API: addresses, tokens, tries.
///
/// A request is tried again when the connection broke before its answer, or the answer was 429, 502, 503 or 504. A POST carries the same
/// `Idempotency-Key` at each try, so what it asks for happens once. A DELETE is tried again only when it surely had no effect: a
/// repetition could find what it has itself removed.
struct RESTCaller: Sendable {
    let base: String
    let token: TokenBox
    let wire: any HTTPWire
    let time: FeedTime
    let options: ConversationsClient.Options

    init(url: URL, token: TokenBox, wire: any HTTPWire, time: FeedTime, options: ConversationsClient.Options) {
        var base = url.absoluteString
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.token = token
        self.wire = wire
        self.time = time
        self.options = options
    }

    /// - Parameter service: whose conversations are meant; nil: the account's default.
    /// - Throws: `ConversationsError`, or `CancellationError`.
    func send(_ request: RESTRequest, service: String?) async throws -> RESTAnswer {
        let outgoing = wireRequest(request, service: service)
        var tries = 0
        while true {
            tries += 1
            var outgoing = outgoing
            let token = token.token
            guard TokenBox.isUsable(token) else { throw TokenBox.unusable }
            outgoing.headers["authorization"] = "Bearer \(token)"
            let delay: Duration
            do {
                let answer = try await wire.exchange(outgoing)
                if (200..<300).contains(answer.status) {
                    return RESTAnswer(position: answer.headers["parley-position"].flatMap { Int64($0) } ?? 0, bytes: answer.body)
                }
                guard let wait = retryDelay(request, answer, tries) else { throw RESTCaller.error(answer) }
                delay = wait
            } catch let failure as WireFailure {
                if failure == .cancelled { throw CancellationError() }
                guard tries < options.triesMax, isRepeatable(request, after: failure) else { throw RESTCaller.error(failure) }
                delay = backoff(tries)
            }
            try await time.sleep(delay)
        }
    }

    private func wireRequest(_ request: RESTRequest, service: String?) -> WireRequest {
        let parts = ["v1"] + (service.map { ["Services", $0] } ?? []) + request.path
        var url = base + parts.map { "/" + FormEncoding.pathPart($0) }.joined()
        if !request.query.isEmpty { url += "?" + FormEncoding.pairs(request.query) }
        var headers = ["accept": "application/json"]
        var body: [UInt8] = []
        switch request.content {
        case .none: break
        case .form(let form):
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = Array(FormEncoding.pairs(form).utf8)
        case .bytes(let bytes, let type):
            headers["content-type"] = type
            body = bytes
        }
        if request.method == .post { headers["idempotency-key"] = UUID().uuidString }
        return WireRequest(
            method: request.method.rawValue, url: url, headers: headers, body: body, bytesMax: request.bytesMax ?? options.answerBytesMax,
            time: request.isMedium ? options.mediaTime : options.requestTime)
    }

    private func isRepeatable(_ request: RESTRequest, after failure: WireFailure) -> Bool {
        switch failure {
        case .notConnected: true
        case .broken: request.method != .delete
        case .timedOut, .answerTooLong, .cancelled, .shutDown: false
        }
    }

    /// How long to wait before another try; nil: there is none.
    private func retryDelay(_ request: RESTRequest, _ answer: WireAnswer, _ tries: Int) -> Duration? {
        let isWorth: Bool =
            switch answer.status {
            case 429, 503: true
            case 502, 504: request.method != .delete
            default: false
            }
        guard isWorth, tries < options.triesMax else { return nil }
        guard let text = answer.headers["retry-after"], let seconds = Int(text), seconds >= 0 else { return backoff(tries) }
        let asked = Duration.seconds(min(seconds, 86_400))
        return asked <= options.retryDelayMax ? asked : nil
    }

    private func backoff(_ tries: Int) -> Duration { .milliseconds(100) * (1 << min(tries, 6)) }

    private static func error(_ answer: WireAnswer) -> ConversationsError {
        let body = try? JSONValue(parsing: answer.body)
        return ConversationsError(
            status: answer.status, code: body?["code"]?.intValue ?? 0,
            message: body?["message"]?.stringValue ?? "The gateway answered with status \(answer.status)")
    }

    private static func error(_ failure: WireFailure) -> ConversationsError {
        switch failure {
        case .notConnected: ConversationsError(status: 0, code: 0, message: "The gateway could not be reached")
        case .broken: ConversationsError(status: 0, code: 0, message: "The connection broke before the gateway's answer")
        case .timedOut: ConversationsError(status: 0, code: 0, message: "The gateway's answer did not come in time")
        case .answerTooLong: ConversationsError(status: 0, code: 50512, message: "The gateway's answer is longer than allowed")
        case .cancelled, .shutDown: .shutDown
        }
    }
}
