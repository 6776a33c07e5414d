import ArgumentParser
import ParleyCore
import ParleyEmail
import ParleySMS
import ParleyTransfer
import Synchronization

/// `parley adapters try`: one message over an adapter, without anything around it.
extension AdaptersCommand {
    struct Try: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an adapter would send to an address; with --live, send it once.",
            discussion: """
                Neither the daemon nor the database is asked: no conversation, no queue, and not the list of those who have opted out. What is sent this way
                is nowhere in the API, and what a carrier reports of it names a delivery that nobody knows.
                """)

        @OptionGroup var common: CommonOptions
        @Argument(help: "The adapter's name in the settings.") var name: String
        @Option(help: "Who is written to.") var to: String
        @Option(help: "The address of ours that writes. Default: the first of the adapter's that is no pattern.") var from: String?
        @Option(help: "The text. Default: a sentence that names the adapter.") var text: String?
        @Flag(help: "Send it. Exit code 0 only when it was accepted.") var live = false

        func validate() throws {
            let addresses: [(String, String?)] = [("--to", to), ("--from", from)]
            for (name, text) in addresses {
                guard let text else { continue }
                do { _ = try Address(text) } catch { throw ValidationError("\(name) \(error)") }
            }
        }

        func run() async throws {
            let settings = try common.settings()
            let adapter = try AdaptersCommand.adapter(name, in: settings)
            if case .mock = adapter.kind {
                let sentence = "there is nothing to try: adapter \(name) is a mock, and what is given to it leaves for nowhere"
                guard live else { return Terminal.say(sentence) }
                throw refused(sentence)
            }
            let dispatch = dispatch(try pair(adapter, settings), adapter)
            let transfer = Transfer()
            do {
                switch adapter.kind {
                case .mock: break
                case .httpSMS(let sms): try await attempt(dispatch, sms, settings, transfer)
                case .smtp(let mail): try await attempt(dispatch, mail, transfer)
                }
            } catch {
                await transfer.shutdown()
                throw error
            }
            await transfer.shutdown()
        }

        /// Ends the program with a sentence on standard error.
        private func refused(_ sentence: String) -> ExitCode {
            Terminal.error(sentence)
            return .failure
        }
    }
}

/// What is sent.
extension AdaptersCommand.Try {
    private func pair(_ adapter: AdapterSettings, _ settings: ParleySettings) throws -> Pair {
        let address = try Address(to)
        let channel = adapter.profile.channel
        guard address.channel == channel else {
            throw refused("--to is an address of \(address.channel.rawValue), and adapter \(name) is of \(channel.rawValue)")
        }
        return Pair(proxy: try proxy(adapter, settings), address: address)
    }

    private func proxy(_ adapter: AdapterSettings, _ settings: ParleySettings) throws -> Address {
        guard let from else {
            guard let first = adapter.profile.addresses.first(where: \.isExact) else {
                let patterns = adapter.profile.addresses.map(\.text).joined(separator: " ")
                throw refused("adapter \(name) has nothing but patterns (\(patterns)): say with --from which address of ours writes")
            }
            return try Address(first.text)
        }
        let proxy = try Address(from)
        guard settings.directory.serves(name, proxy) else {
            let owner = settings.directory.owner(of: proxy)?.name
            // What nobody serves may be a person's.
            let whose = owner.map { "\(proxy.text) is served by adapter \($0)" } ?? "\(proxy.masked) is served by no adapter"
            throw refused("--from \(whose); expected an address of adapter \(name)")
        }
        return proxy
    }

    /// One attempt at a message of nobody, with identifiers that nobody else has.
    private func dispatch(_ pair: Pair, _ adapter: AdapterSettings) -> Dispatch {
        var stamp = SystemStamps().stamp()
        let delivery = stamp.identifiers.sid(.delivery)
        var text = text ?? "This is a test of the adapter \(name)."
        if adapter.profile.channel == .sms, adapter.profile.replacesTypography { text = SMSText.replacingTypography(in: text) ?? text }
        var payload = Payload(
            text: text, author: "parley", conversation: stamp.identifiers.sid(.conversation), message: stamp.identifiers.sid(.message),
            participant: stamp.identifiers.sid(.participant), created: stamp.now)
        // Without the database there is no key that would sign a link: a text that is too long is split.
        payload.segmentsMax = adapter.profile.textBound?.segmentsMax
        if adapter.profile.channel == .email {
            payload.subject = "Test of the adapter \(name)"
            payload.messageID = "\(delivery.digits)@\(pair.proxy.domain ?? "localhost")"
        }
        return Dispatch(delivery: delivery, attempt: 1, pair: pair, payload: payload)
    }

    private func attempt(_ dispatch: Dispatch, _ sms: HTTPSMSSettings, _ settings: ParleySettings, _ transfer: Transfer) async throws {
        let exchange = WitnessedExchange(transfer)
        let gateway = HTTPSMSGateway(settings: sms, name: name, publicURL: settings.server.publicURL, exchange: exchange)
        guard live else {
            let requests: [ShownRequest]
            do { requests = try gateway.shown(dispatch) } catch { throw refused("it cannot be sent: \(error.message)") }
            for (index, request) in requests.enumerated() {
                if requests.count > 1 { Terminal.say("request \(index + 1) of \(requests.count)") }
                show(request)
            }
            return nothingSent()
        }
        let outcome = await gateway.send(dispatch)
        try report(outcome, of: dispatch, statuses: exchange.statuses)
    }

    private func attempt(_ dispatch: Dispatch, _ mail: SMTPSettings, _ transfer: Transfer) async throws {
        // The gateway's own id is in the database: what comes back is not recognised by this one.
        var stamp = SystemStamps().stamp()
        let gatewayID = String(stamp.identifiers.next(), radix: 36)
        let gateway = SMTPGateway(relay: mail.relay, submission: transfer, media: NoMedia(), gatewayID: gatewayID)
        guard live else {
            let written: OutboundMail
            do { written = try gateway.written(dispatch) } catch { throw refused("it cannot be sent: \(error)") }
            Terminal.facts(
                [
                    ("relay", "\(mail.relay.host):\(mail.relay.port), TLS \(mail.relay.security.rawValue)"),
                    ("MAIL FROM", "<\(written.sender)>"), ("RCPT TO", written.recipients.map { "<\($0)>" }.joined(separator: " ")),
                ], width: 11)
            let content = String(decoding: written.content, as: UTF8.self)
            let header = content.firstRange(of: "\r\n\r\n").map { String(content[..<$0.lowerBound]) } ?? content
            Terminal.say("\n" + InboxCommand.printable(header) + "\n")
            return nothingSent()
        }
        let outcome = await gateway.send(dispatch)
        try report(outcome, of: dispatch, statuses: [])
    }
}

/// What is said of it.
extension AdaptersCommand.Try {
    private func show(_ request: ShownRequest) {
        Terminal.say("\(request.method) \(request.url)")
        for header in request.headers { Terminal.say("\(header.name): \(header.value)") }
        if let body = request.body { Terminal.say("\n" + InboxCommand.printable(body)) }
        Terminal.say("")
    }

    private func nothingSent() { Terminal.say("nothing was sent; --live sends it") }

    /// - Throws: ``ExitCode/failure`` unless it was accepted.
    private func report(_ outcome: Outcome, of dispatch: Dispatch, statuses: [Int]) throws {
        let (word, diagnosis) = Self.words(outcome.end)
        let ids = Self.ids(outcome, dispatch)
        Terminal.facts(
            [
                ("outcome", word), ("ids", ids.isEmpty ? nil : ids.joined(separator: " ")), ("diagnosis", diagnosis?.text),
                ("code", diagnosis.flatMap { $0.code == 0 ? nil : "\($0.code)" }), ("carrier code", diagnosis?.carrierCode),
                ("status", statuses.isEmpty ? nil : statuses.map { "HTTP \($0)" }.joined(separator: ", ")),
            ], width: 14)
        guard case .accepted = outcome.end else { throw ExitCode.failure }
    }

    private static func words(_ outcome: Outcome) -> (String, Diagnosis?) {
        switch outcome {
        case .accepted, .partly: ("accepted", nil)
        case .temporary(let after, let diagnosis): ("temporary: it would be tried again\(wait(after))", diagnosis)
        case .throttled(let after, let diagnosis): ("throttled: the adapter would wait, and try again\(wait(after))", diagnosis)
        case .permanent(let diagnosis): ("permanent: it would not be tried again", diagnosis)
        case .optedOut(let diagnosis): ("opted out: the person would not be written to any more", diagnosis)
        case .misconfigured(let diagnosis): ("misconfigured: the adapter would be paused", diagnosis)
        case .unknown(let diagnosis): ("unknown: it may have been sent", diagnosis)
        }
    }

    private static func wait(_ after: Duration?) -> String {
        after.map { " after \($0.wholeMilliseconds / 1000) s, as the other side asks" } ?? ""
    }

    /// The carrier's ids in the order of the parts, without those that stand for none.
    private static func ids(_ outcome: Outcome, _ dispatch: Dispatch) -> [String] {
        switch outcome {
        case .accepted(let ids): ids
        case .partly(let ids, _, _):
            ids.sorted { $0.key < $1.key }.filter { $0.value != DeliveryPart.standInID(dispatch.delivery, part: $0.key) }.map { $0.value }
        default: []
        }
    }
}

/// Hands requests on, and remembers with which status each was answered.
private final class WitnessedExchange: HTTPExchange {
    private let base: any HTTPExchange
    private let answered = Mutex<[Int]>([])

    init(_ base: any HTTPExchange) { self.base = base }

    var statuses: [Int] { answered.withLock { $0 } }

    func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
        let answer = try await base.send(request, trust: trust)
        answered.withLock { $0.append(answer.status) }
        return answer
    }
}

/// A test has no media.
private struct NoMedia: MediaStore {
    func receive() throws(MediaFailure) -> any MediaReception { throw MediaFailure("nothing is kept") }

    func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] { throw MediaFailure("no such medium") }

    func size(of key: MediaKey) throws(MediaFailure) -> Int? { nil }

    func remove(_ key: MediaKey) throws(MediaFailure) {}
}
