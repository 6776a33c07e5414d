import Foundation
import ParleyCore
import ParleyYAML

/// What is checked of every definition though no case says so.
struct AutomaticChecks {
    let definition: ProviderDefinition
    let cases: ProviderCases
    let callbacks: CallbackURLs

    init(definition: ProviderDefinition, cases: ProviderCases, callbacks: CallbackURLs) {
        self.definition = definition
        self.cases = cases
        self.callbacks = callbacks
    }

    private var settings: HTTPSMSSettings { cases.settings }

    private var sendings: [ProviderCases.Sending] {
        cases.cases.compactMap { if case .send(let sending) = $0.action { sending } else { nil } }
    }

    private var callings: [ProviderCases.Calling] {
        cases.cases.compactMap { if case .callback(let calling) = $0.action, !calling.isRefused { calling } else { nil } }
    }

    func run() -> [ProviderReport.Entry] {
        var entries = [
            entry("there is a case for each kind of result", coverage()),
            entry(
                "no value breaks out of its place", Breakout(definition: definition, settings: settings, callbacks: callbacks).differences()
            ),
            entry("no secret is shown", secrecy()),
        ]
        if definition.callbacks != nil {
            entries += [
                entry("a callback without the right secret is refused", strangers()),
                entry("an unknown status is kept", unknownStatus()),
                entry("a body that is cut off is kept", truncation()),
                entry("a body of another content type is kept", otherContentType()),
                entry("the repeat of an inbound message has the same id", repetition()),
            ]
        }
        return entries
    }

    private func entry(_ name: String, _ differences: [String]) -> ProviderReport.Entry {
        ProviderReport.Entry(
            provider: definition.name, name: name, file: definition.file, line: 1, differences: differences, isAutomatic: true)
    }

    private func coverage() -> [String] {
        var found: [String] = []
        if !sendings.contains(where: { $0.outcome.word == .accepted }) { found.append("no case sends a message that is accepted") }
        if !sendings.contains(where: { $0.outcome.word != .accepted }) { found.append("no case sends a message that fails") }
        let words = callings.flatMap { $0.events ?? [] }
        let receipts = words.compactMap { if case .receipt(let words) = $0 { words } else { nil } }
        let hasMessage = words.contains { if case .message = $0 { true } else { false } }
        for event in definition.callbacks?.events ?? [] {
            switch event.kind {
            case .inbound: if !hasMessage { found.append("no case is an inbound message") }
            case .receipt(let receipt):
                for word in receipt.table.keys.sorted() where !receipts.contains(where: { $0["carrier_status"] == word }) {
                    found.append("no case is a receipt with carrier_status \(word)")
                }
            }
        }
        return found
    }

    // MARK: Secrets

    /// Answers that repeat the secrets must not carry them into what an operator sees.
    private func secrecy() -> [String] {
        let secrets = settings.allSecrets.flatMap { [$0, PercentEncoding.encode($0)] }
        var shown: [(String, String)] = []
        let echo = "refused \(secrets.joined(separator: " ")) for +15557770001"
        let bodies = [echo, JSONValue.object([.init(name: "error", value: .string(echo))]).encoded] + answerBodies(with: echo)
        for status in [200, 202, 400, 401, 403, 404, 408, 422, 429, 500, 503] {
            for body in bodies {
                let answer = OutboundAnswer(status: status, headers: [HeaderField("Warning", echo)], body: Array(body.utf8))
                shown.append(("the diagnosis of HTTP \(status)", Self.text(definition.outcome(of: answer, settings: settings))))
            }
        }
        let failure = TransferFailure(.broken, mayHaveLeft: true, detail: echo)
        shown.append(("the diagnosis of a broken connection", Self.text(definition.outcome(of: failure, settings: settings))))
        for sending in sendings {
            if let request = try? definition.render(
                text: sending.text, pair: sending.pair, reference: sending.reference, settings: settings, callbacks: callbacks)
            {
                shown.append(("the URL without its query", String(request.url.prefix { $0 != "?" })))
            }
        }
        shown.append(("the description of the settings", "\(settings)"))
        return shown.filter { text in secrets.contains { text.1.contains($0) } }.map { "a secret is in \($0.0)" }
    }

    /// The cases' own answers with every text replaced, so that rules that read a certain place meet a secret there.
    private func answerBodies(with echo: String) -> [String] {
        sendings.compactMap { sending in
            guard case .success(let answer)? = sending.answer, let json = JSONReader.read(answer.body) else { return nil }
            return json.mapTexts { _ in echo }.encoded
        }
    }

    /// What an operator may see of an outcome: ids are the carrier's and are shown on purpose.
    private static func text(_ outcome: Outcome) -> String {
        if case .accepted = outcome { return "" }
        return String(reflecting: outcome)
    }

    // MARK: Callbacks

    private func strangers() -> [String] {
        callings.flatMap { calling in
            let right = settings.callbackSecrets.first?.value ?? ""
            let wrong: [String?] = [nil, "", String(right.dropLast()), right + "x", String(right.reversed()) + "-"]
            return wrong.compactMap { secret -> String? in
                var request = calling.request
                request.secret = secret
                request.headers.removeAll { $0.name.lowercased() == "authorization" }
                do throws(Unauthentic) {
                    _ = try definition.interpret(request, settings: settings, at: Instant(milliseconds: 0))
                    return "a request to \(request.path.rawValue) with \(secret == nil ? "no secret" : "a wrong secret") was not refused"
                } catch {
                    let isShown = settings.allSecrets.contains { error.reason.contains($0) }
                    return isShown ? "the reason of a refusal holds a secret" : nil
                }
            }
        }
    }

    private func unknownStatus() -> [String] {
        let word = "parley-never-heard-of"
        return callings.flatMap { calling -> [String] in
            guard calling.events?.contains(where: { if case .receipt = $0 { true } else { false } }) ?? false else { return [] }
            return (definition.callbacks?.events ?? []).flatMap { event -> [String] in
                guard case .receipt(let receipt) = event.kind,
                    let request = calling.request.replacing(receipt.status, each: event.each, with: word)
                else { return [] }
                guard let facts = try? definition.interpret(request, settings: settings, at: Instant(milliseconds: 0)).facts else {
                    return ["a receipt with an unknown status was refused"]
                }
                let isKept = facts.contains { fact in
                    if case .receipt(let receipt) = fact { receipt.status == nil && receipt.carrierStatus == word } else { false }
                }
                return isKept ? [] : ["a receipt with an unknown status is no receipt without a status"]
            }
        }
    }

    private func truncation() -> [String] {
        callings.flatMap { calling -> [String] in
            let isJSON = calling.request.header("Content-Type")?.contains("json") ?? false
            return [1, 2, 3].flatMap { quarter -> [String] in
                var request = calling.request
                request.query = String(request.query.prefix(request.query.count * quarter / 4))
                request.body = Array(request.body.prefix(request.body.count * quarter / 4))
                guard let result = try? definition.interpret(request, settings: settings, at: Instant(milliseconds: 0)) else {
                    return ["a request that is cut off was refused"]
                }
                if result.facts.isEmpty { return ["a request that is cut off means nothing at all"] }
                return isJSON && !calling.request.body.isEmpty && !result.isNotUnderstood
                    ? ["a JSON body that is cut off was understood"] : []
            }
        }
    }

    private func otherContentType() -> [String] {
        callings.filter { !$0.request.body.isEmpty }.flatMap { calling -> [String] in
            var request = calling.request
            request.headers.removeAll { $0.name.lowercased() == "content-type" }
            request.headers.append(HeaderField("Content-Type", "application/octet-stream"))
            guard let result = try? definition.interpret(request, settings: settings, at: Instant(milliseconds: 0)) else {
                return ["a body of another content type was refused"]
            }
            return result.isNotUnderstood ? [] : ["a body of another content type was understood"]
        }
    }

    private func repetition() -> [String] {
        callings.flatMap { calling -> [String] in
            let facts = (1...2).map { _ in
                (try? definition.interpret(calling.request, settings: settings, at: Instant(milliseconds: 0)))?.facts
            }
            guard let first = facts[0], let second = facts[1] else { return [] }
            return zip(first, second).compactMap { one, other in
                guard case .message(let one) = one, case .message(let other) = other else { return nil }
                if one.identity != other.identity { return "the id changes" }
                let hasID = (definition.callbacks?.events ?? []).contains { event in
                    if case .inbound(let inbound) = event.kind { inbound.id != nil } else { false }
                }
                return hasID && one.identity == nil ? "an inbound message has no id" : nil
            }
        }
    }
}

extension Interpretation {
    fileprivate var isNotUnderstood: Bool {
        facts.allSatisfy { if case .notUnderstood = $0 { true } else { false } } && !facts.isEmpty
    }
}

extension CallbackRequest {
    /// The request with another value at a place; nil when there is none.
    fileprivate func replacing(_ place: FieldPlace, each: JSONPointer?, with text: String) -> CallbackRequest? {
        var request = self
        switch place {
        case .parameter(let name):
            request.query = Self.replacing(name, in: query, with: text)
            request.body = Array(Self.replacing(name, in: String(decoding: body, as: UTF8.self), with: text).utf8)
        case .pointer(let pointer):
            guard let json = JSONReader.read(body) else { return nil }
            let changed = { (value: JSONValue) in pointer.replacing(in: value) { _ in .string(text) } }
            let result = each.map { each in
                each.replacing(in: json) { list in
                    if case .array(let items) = list { .array(items.map(changed)) } else { list }
                }
            }
            request.body = Array((result ?? changed(json)).encoded.utf8)
        }
        return request == self ? nil : request
    }

    private static func replacing(_ name: String, in form: String, with text: String) -> String {
        form.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            pair.hasPrefix(name + "=") ? "\(name)=\(text)" : String(pair)
        }.joined(separator: "&")
    }
}

extension JSONValue {
    fileprivate func mapTexts(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let items): .array(items.map { $0.mapTexts(change) })
        case .object(let members): .object(members.map { Member(name: $0.name, value: $0.value.mapTexts(change)) })
        default: self
        }
    }
}
