import Foundation
import ParleyCore
import ParleyYAML

/// What is checked of every definition though no case says so.
struct AutomaticChecks {
    let cases: ProviderCases
    let runner: CaseRunner

    init(cases: ProviderCases, runner: CaseRunner) {
        self.cases = cases
        self.runner = runner
    }

    private var settings: HTTPSMSSettings { cases.settings }
    private var definition: ProviderDefinition { cases.settings.definition }
    private var callbacks: CallbackURLs { runner.callbacks(settings) }

    private var sendings: [ProviderCases.Sending] {
        cases.cases.compactMap { if case .send(let sending) = $0.action { sending } else { nil } }
    }

    /// A callback that is taken, signed, with the settings that know it.
    private struct Call {
        var calling: ProviderCases.Calling
        var request: CallbackRequest
        var settings: HTTPSMSSettings

        func interpreted(_ request: CallbackRequest) throws(Unauthentic) -> Interpretation {
            try settings.definition.interpret(request, settings: settings, at: calling.now)
        }
    }

    private var calls: [Call] {
        cases.cases.compactMap { one in
            guard case .callback(let calling) = one.action, !calling.isRefused,
                let (request, settings) = runner.signed(calling, one.settings)
            else { return nil }
            return Call(calling: calling, request: request, settings: settings)
        }
    }

    func run() -> [ProviderReport.Entry] {
        let calls = calls
        var entries = [
            entry("there is a case for each kind of result", Coverage(cases: cases).gaps()),
            entry(
                "no value breaks out of its place", Breakout(definition: definition, settings: settings, callbacks: callbacks).differences()
            ),
            entry("no secret is shown", secrecy()),
        ]
        if definition.callbacks != nil {
            entries += [
                entry("a callback without the right secret is refused", strangers(calls)),
                entry("a changed callback is refused where it is signed", changes(calls)),
                entry("an old callback is refused where it has a time", oldOnes(calls)),
                entry("an unknown status is kept", unknownStatus(calls)),
                entry("a body that is cut off is kept", truncation(calls)),
                entry("a body of another content type is kept", otherContentType(calls)),
                entry("the repeat of an inbound message has the same id", repetition(calls)),
            ]
        }
        return entries
    }

    private func entry(_ name: String, _ differences: [String]) -> ProviderReport.Entry {
        var seen: Set<String> = []
        return ProviderReport.Entry(
            provider: definition.name, name: name, file: definition.file, line: 1,
            differences: differences.filter { seen.insert($0).inserted }, isAutomatic: true)
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
            for request in (try? definition.render(sending.message, settings: settings, callbacks: callbacks)) ?? [] {
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

    /// Everything that could prove a request is taken away or made wrong.
    private func strangers(_ calls: [Call]) -> [String] {
        calls.flatMap { call -> [String] in
            let ways = call.settings.definition.callbacks?.verifications ?? []
            var bare = call.request
            bare.replaceSecret(with: nil)
            bare.removeProofs(ways)
            var requests = [("without any proof", bare)]
            let right = call.settings.callbackSecrets.first?.value ?? ""
            for wrong in ["", String(right.dropLast()), right + "x", String(right.reversed()) + "-"] {
                var request = bare
                request.replaceSecret(with: wrong)
                requests.append(("with a wrong secret", request))
            }
            for way in ways {
                if let key = call.settings.keys(way).first,
                    let request = way.sign(bare, key: key + "x", settings: call.settings, at: call.calling.now)
                {
                    requests.append(("with a wrong key for \(way.word)", request))
                }
            }
            return requests.compactMap { name, request -> String? in
                do throws(Unauthentic) {
                    _ = try call.interpreted(request)
                    return "a request to \(request.path.rawValue) \(name) was not refused"
                } catch {
                    let isShown = call.settings.allSecrets.contains { error.reason.contains($0) }
                    return isShown ? "the reason of a refusal holds a secret" : nil
                }
            }
        }
    }

    /// Where a signature alone proves a request, none of it can be changed.
    private func changes(_ calls: [Call]) -> [String] {
        calls.flatMap { call -> [String] in
            let definition = call.settings.definition
            guard let callbacks = definition.callbacks else { return [] }
            let signatures = callbacks.verifications.filter(\.isSignature)
            guard call.calling.signedBy.map({ word in signatures.contains { $0.word == word } }) ?? false else { return [] }
            var request = call.request
            // The secret in the path is another proof and would do.
            request.secret = nil
            if request.body.isEmpty {
                guard request.query.contains("=") else { return [] }
                request.replaceQuery(request.query + "x")
            } else if request.bodyKind == .form {
                request.body = Array("added=1&".utf8) + request.body
            } else {
                request.body = Array(" ".utf8) + request.body
                if case .sortedParameters? = signatures.first?.method { return [] }
            }
            return (try? call.interpreted(request)) == nil ? [] : ["a changed request to \(request.path.rawValue) was not refused"]
        }
    }

    private func oldOnes(_ calls: [Call]) -> [String] {
        calls.flatMap { call -> [String] in
            guard let callbacks = call.settings.definition.callbacks,
                let way = callbacks.verifications.first(where: { $0.word == call.calling.signedBy }), let tolerance = way.tolerance
            else { return [] }
            var request = call.request
            request.secret = nil
            for later in [tolerance + .seconds(61), .seconds(365 * 86_400)] {
                let result = try? call.settings.definition.interpret(request, settings: call.settings, at: call.calling.now + later)
                if result != nil { return ["a request that is older than its tolerance was not refused"] }
            }
            return []
        }
    }

    /// The request as a provider would send it after it was changed; as it is where nothing signs it.
    private func resigned(_ request: CallbackRequest, _ call: Call) -> (CallbackRequest, HTTPSMSSettings) {
        var calling = call.calling
        calling.request = request
        return runner.signed(calling, call.settings) ?? (request, call.settings)
    }

    private func facts(_ request: CallbackRequest, _ call: Call) -> Interpretation? {
        let (request, settings) = resigned(request, call)
        return try? settings.definition.interpret(request, settings: settings, at: call.calling.now)
    }

    private func unknownStatus(_ calls: [Call]) -> [String] {
        let word = "parley-never-heard-of"
        return calls.flatMap { call -> [String] in
            guard call.calling.signedBy != nil,
                call.calling.events?.contains(where: { if case .receipt = $0 { true } else { false } }) ?? false
            else { return [] }
            return (call.settings.definition.callbacks?.events ?? []).flatMap { event -> [String] in
                guard case .receipt(let receipt) = event.kind,
                    let request = call.request.replacing(receipt.status, each: event.each, with: word)
                else { return [] }
                guard let facts = facts(request, call)?.facts else { return ["a receipt with an unknown status was refused"] }
                let isKept = facts.contains { fact in
                    if case .receipt(let receipt) = fact { receipt.status == nil && receipt.carrierStatus == word } else { false }
                }
                // Another event may be meant by the word.
                let isAnother = facts.allSatisfy { if case .receipt = $0 { false } else { true } }
                return isKept || isAnother ? [] : ["a receipt with an unknown status is no receipt without a status"]
            }
        }
    }

    private func truncation(_ calls: [Call]) -> [String] {
        calls.filter { $0.calling.signedBy != nil }.flatMap { call -> [String] in
            let isStructured = call.request.bodyKind == .json || call.request.bodyKind == .xml
            return [1, 2, 3].flatMap { quarter -> [String] in
                var request = call.request
                request.replaceQuery(String(request.query.prefix(request.query.count * quarter / 4)))
                request.body = Array(request.body.prefix(request.body.count * quarter / 4))
                guard let result = facts(request, call) else {
                    // What is cut off cannot be signed by its parameters.
                    return call.settings.definition.callbacks?.signsParameters ?? false ? [] : ["a request that is cut off was refused"]
                }
                if result.facts.isEmpty { return ["a request that is cut off means nothing at all"] }
                return isStructured && !call.request.body.isEmpty && !result.isNotUnderstood
                    ? ["a body that is cut off was understood"] : []
            }
        }
    }

    private func otherContentType(_ calls: [Call]) -> [String] {
        calls.filter { !$0.request.body.isEmpty && $0.calling.signedBy != nil }.flatMap { call -> [String] in
            var request = call.request
            request.replaceHeader("Content-Type", with: "application/octet-stream")
            guard let result = facts(request, call) else {
                return call.settings.definition.callbacks?.signsParameters ?? false ? [] : ["a body of another content type was refused"]
            }
            return result.isNotUnderstood ? [] : ["a body of another content type was understood"]
        }
    }

    private func repetition(_ calls: [Call]) -> [String] {
        calls.flatMap { call -> [String] in
            let facts = (1...2).map { _ in (try? call.interpreted(call.request))?.facts }
            guard let first = facts[0], let second = facts[1] else { return [] }
            return zip(first, second).compactMap { one, other in
                guard case .message(let one) = one, case .message(let other) = other else { return nil }
                return one.identity != other.identity ? "the id changes" : nil
            }
        }
    }
}

extension CallbackDefinition {
    /// True when a request that is cut off has lost its proof.
    fileprivate var signsParameters: Bool {
        verifications.contains {
            if case .sortedParameters = $0.method {
                true
            } else if case .plivoV3 = $0.method {
                true
            } else if case .twilioURLAndForm = $0.method {
                true
            } else {
                false
            }
        }
    }
}

extension Verification {
    /// How old a request may be; nil where it has no time.
    fileprivate var tolerance: Duration? {
        switch method {
        case .hmac(let rule, _, _), .ed25519(let rule): rule.timestamp == nil ? nil : rule.tolerance
        case .sortedParameters(let rule): rule.timestamp == nil ? nil : rule.tolerance
        case .jwt(let rule): rule.tolerance
        case .secretPath, .basic, .bearer, .twilioURLAndForm, .plivoV3: nil
        }
    }
}

extension CallbackRequest {
    /// Takes away what could prove it, apart from the path.
    fileprivate mutating func removeProofs(_ ways: [Verification]) {
        var names = ["authorization"] + PlivoSignature.headers + [TwilioSignature.header]
        for way in ways {
            switch way.method {
            case .hmac(let rule, _, _), .ed25519(let rule):
                switch rule.signature {
                case .header(let name): names.append(name)
                case .parameter(let name): removeParameter(name)
                }
            case .jwt(let rule): names.append(rule.header)
            case .sortedParameters(let rule): removeParameter(rule.parameter)
            default: break
            }
        }
        let lower = Set(names.map { $0.lowercased() })
        headers.removeAll { lower.contains($0.name.lowercased()) }
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
