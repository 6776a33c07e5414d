import ArgumentParser
import Foundation
import ParleyCore
import ParleyTransfer
import ParleyYAML

/// Speaks to the running daemon over its own API, with the credentials of the settings.
struct OperatorClient {
    let transfer: Transfer
    let base: String
    let authorization: HeaderField

    init(settings: ParleySettings, transfer: Transfer) {
        self.transfer = transfer
        base = "http://\(settings.server.listen)"
        let credentials = Data("\(settings.account.sid):\(settings.account.authToken.value)".utf8).base64EncodedString()
        authorization = HeaderField("Authorization", "Basic \(credentials)")
    }

    /// The daemon did not do what was asked, with its own words where it had some.
    struct Problem: Error, CustomStringConvertible {
        var description: String
        /// True when nobody took the connection: there is no daemon.
        var isUnreachable = false
    }

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try decode(await call("GET", path))
    }

    /// Posts a form as the contract has it.
    func post<Answer: Decodable>(_ path: String, form: [(String, String)], as type: Answer.Type = Answer.self) async throws -> Answer {
        let body = form.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }.joined(separator: "&")
        return try decode(await call("POST", path, body: Array(body.utf8), type: "application/x-www-form-urlencoded"))
    }

    func post<Answer: Decodable>(_ path: String, json: some Encodable, as type: Answer.Type = Answer.self) async throws -> Answer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try decode(await call("POST", path, body: Array(encoder.encode(json)), type: "application/json"))
    }

    private func decode<Answer: Decodable>(_ body: [UInt8]) throws -> Answer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(body))
    }

    private func call(_ method: String, _ path: String, body: [UInt8]? = nil, type: String? = nil) async throws -> [UInt8] {
        var request = OutboundRequest(method: method, url: base + path, headers: [authorization], body: body, answerBytesMax: 16 << 20)
        if let type { request.headers.append(HeaderField("Content-Type", type)) }
        let answer: OutboundAnswer
        do {
            answer = try await transfer.send(request, trust: .operatorChosen)
        } catch  where error.reason == .unreachable {
            throw Problem(description: "no daemon answers on \(base); start it with `parley serve`", isUnreachable: true)
        } catch {
            throw Problem(description: "the daemon on \(base) did not answer: \(error)")
        }
        guard (200..<300).contains(answer.status) else {
            let said = (try? JSONDecoder().decode(Said.self, from: Data(answer.body)))?.message
            throw Problem(description: "the daemon answered \(answer.status)\(said.map { ": \($0)" } ?? "")")
        }
        return answer.body
    }

    private struct Said: Decodable { var message: String }

    static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7f}"))) ?? ""
    }
}

extension OperatorClient {
    /// Runs a command's work with a transfer of its own and tells problems in one line.
    static func run(_ settings: ParleySettings, _ body: (OperatorClient) async throws -> Void) async throws {
        let transfer = Transfer()
        do {
            try await body(OperatorClient(settings: settings, transfer: transfer))
        } catch let problem as OperatorClient.Problem {
            await transfer.shutdown()
            Terminal.error(problem.description)
            throw ExitCode.failure
        }
        await transfer.shutdown()
    }
}
