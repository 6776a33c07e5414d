import Foundation
public import ParleyCore

extension MockGateway {
    public func control(_ request: ControlRequest) async -> ControlAnswer {
        switch (request.method, request.path) {
        case ("GET", "sent"): .json(200, Listing(sent: withState { $0.sent }))
        case ("DELETE", "sent"): forget()
        case ("GET", "faults"): .json(200, Faults(faults: withState { $0.faults }))
        case ("PUT", "faults"): setFaults(request.body)
        case ("POST", "inbound"): await inbound(request.body)
        case ("POST", "receipts"): await report(request.body)
        case (_, "sent"), (_, "faults"), (_, "inbound"), (_, "receipts"): .problem(405, "\(request.method) is not taken here")
        default: .problem(404, "a mock adapter has the controls sent, inbound, receipts and faults")
        }
    }

    private func forget() -> ControlAnswer {
        withState { $0.sent = [] }
        return .json(200, Listing(sent: []))
    }

    private func setFaults(_ body: [UInt8]) -> ControlAnswer {
        let kinds = MockFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let faults = try? JSONDecoder.snake.decode(Faults.self, from: Data(body)), faults.faults.count <= 10_000 else {
            return .problem(400, "expected {\"faults\": [{\"outcome\": one of \(kinds), \"delay_milliseconds\", \"after_milliseconds\"}]}")
        }
        withState { $0.faults = faults.faults }
        return .json(200, faults)
    }

    private func inbound(_ body: [UInt8]) async -> ControlAnswer {
        guard let said = try? JSONDecoder.snake.decode(MockInbound.self, from: Data(body)) else {
            return .problem(
                400, "expected {\"from\", \"to\", \"text\", \"id\", \"media\": [{\"content_type\", \"filename\", \"content\": Base64}]}")
        }
        var fact = InboundFact(proxy: said.to, sender: said.from, identity: said.id, text: said.text, raw: body)
        for medium in said.media ?? [] {
            guard let content = Data(base64Encoded: medium.content) else { return .problem(400, "media.content: expected Base64") }
            fact.media.append(InboundMedia(contentType: medium.contentType, filename: medium.filename, content: Array(content)))
        }
        do {
            let verdicts = try await intake.accept([fact], adapter: name)
            return .json(200, Verdict(verdicts.first ?? .held(reason: "no verdict")))
        } catch {
            return .problem(503, "not durable; try again")
        }
    }

    private func report(_ body: [UInt8]) async -> ControlAnswer {
        guard let receipt = try? JSONDecoder.snake.decode(MockReceipt.self, from: Data(body)) else {
            let statuses = Delivery.Status.allCases.map(\.rawValue).joined(separator: ", ")
            return .problem(400, "expected {\"id\", \"status\": one of \(statuses)}")
        }
        do {
            try await intake.receipt(
                ReceiptFact(carrierID: receipt.id, carrierStatus: receipt.status.rawValue, status: receipt.status, raw: body), adapter: name
            )
            return .json(200, receipt)
        } catch {
            return .problem(503, "not durable; try again")
        }
    }

    private struct Listing: Codable { var sent: [MockSent] }
    private struct Faults: Codable { var faults: [MockFault] }

    private struct Verdict: Codable {
        var verdict: String
        var conversationSid: String?
        var messageSid: String?
        var reason: String?

        init(_ verdict: InboundVerdict) {
            switch verdict {
            case .appended(let conversation, let message):
                (self.verdict, conversationSid, messageSid) = ("appended", conversation.text, message.text)
            case .repeated(let conversation, let message):
                (self.verdict, conversationSid, messageSid) = ("repeated", conversation?.text, message?.text)
            case .held(let reason): (self.verdict, self.reason) = ("held", reason)
            case .ignored(let reason): (self.verdict, self.reason) = ("ignored", reason)
            case .rejected(let reason): (self.verdict, self.reason) = ("rejected", reason)
            }
        }
    }
}

extension ControlAnswer {
    fileprivate static func json(_ status: Int, _ value: some Encodable) -> ControlAnswer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Everything that is encoded here is made of strings, integers and lists of them.
        return ControlAnswer(status: status, body: (try? encoder.encode(value)).map(Array.init) ?? [])
    }

    fileprivate static func problem(_ status: Int, _ message: String) -> ControlAnswer {
        json(status, ["message": message])
    }
}

extension JSONDecoder {
    fileprivate static var snake: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
