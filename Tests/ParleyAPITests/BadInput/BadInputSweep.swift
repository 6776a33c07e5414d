import Foundation
import HTTPTypes
import ParleyStore

/// Sends bad values and keeps what is wrong with the answers.
final class BadInputSweep {
    private let furnished: FurnishedInstallation
    /// The account; and Alice for what is hers.
    private let (account, alice): (Caller, Caller)
    private var caller: Caller
    private(set) var cases = 0
    private(set) var problems: [String] = []
    private(set) var usedExceptions: Set<BadInputException> = []

    init(_ furnished: FurnishedInstallation, _ caller: Caller) {
        self.furnished = furnished
        account = caller
        alice = Caller(client: caller.client, authorization: furnished.bearer)
        self.caller = caller
    }

    func run(_ operation: SweptOperation) async throws {
        caller = operation.isOfUsers ? alice : account
        // An import is several writes, of which the later ones need the earlier ones: its good requests are kept.
        let rehearses = !operation.path.hasSuffix("/ConversationImports")
        furnished.installation.store.rehearse(rehearses)
        let before = try furnished.installation.store.base.contents()
        try await expectSuccess(operation, operation.request(for: "", furnished.here), "nothing")
        var extended = operation.request(for: "", furnished.here)
        extended.query.append(("Unheard", "of"))
        if case .form(let form) = extended.body { extended.body = .form(form + [("Unheard.Of", "x"), ("Unheard.Of", "y")]) }
        try await expectSuccess(operation, extended, "an unknown parameter")
        for (name, collection) in operation.variables { try await path(operation, name, collection) }
        for parameter in operation.parameters {
            switch parameter.place {
            case .path: break
            case .header: try await header(operation, parameter)
            case .query, .form: try await values(operation, parameter)
            }
        }
        if operation.takesForm { try await otherBodies(operation) }
        if rehearses, try furnished.installation.store.base.contents() != before {
            problems.append("\(operation.label): a refused request wrote something")
        }
    }

    private func path(_ operation: SweptOperation, _ name: String, _ collection: String) async throws {
        let (kind, isOfService) = SweptOperation.sid(of: collection)
        let others = [
            ("of another service", isOfService ? furnished.elsewhere[kind] : nil), ("of another conversation", furnished.next.sids[kind]),
        ]
        let values = BadValue.values(ofVariable: kind.rawValue, others)
        for value in values {
            var request = operation.request(for: "", furnished.here)
            request.variables[name] = value.text
            let reply = try await send(request)
            if reply.status != 404 { complain(operation, name, value.label, reply, "expected 404") }
            checkError(operation, name, value.label, reply)
        }
    }

    private func values(_ operation: SweptOperation, _ parameter: DocumentedParameter) async throws {
        let request = operation.request(for: parameter.name, furnished.here)
        try await expectSuccess(operation, request, "what \(parameter.name) is tried out with")
        for value in BadValue.values(of: parameter, in: operation, furnished) {
            let exception = BadInputException(parameter.name, value.label)
            let reply = try await send(request.with(parameter, [value.text]))
            if value.mustBeRefused, reply.status < 400, BadInputException.all.contains(exception) {
                usedExceptions.insert(exception)
                continue
            }
            check(operation, parameter, value.label, reply, mustBeRefused: value.mustBeRefused)
        }
        if !parameter.isList {
            let reply = try await send(request.with(parameter, ["a", "a"]))
            check(operation, parameter, "given twice", reply, mustBeRefused: true)
        } else {
            let reply = try await send(request.with(parameter, Array(repeating: "a", count: 1001)))
            check(operation, parameter, "given 1001 times", reply, mustBeRefused: true)
        }
        if parameter.isRequired {
            check(operation, parameter, "missing", try await send(request.with(parameter, [])), mustBeRefused: true)
        }
        if parameter.name == "PageSize", case .integer(let maximum?) = parameter.kind {
            let reply = try await send(request.with(parameter, [String(maximum + 1)]))
            if reply.integer("code") != 20007 { complain(operation, "PageSize", "too large", reply, "expected 20007") }
        }
    }

    private func header(_ operation: SweptOperation, _ parameter: DocumentedParameter) async throws {
        let values =
            parameter.name == "Idempotency-Key"
            ? [[""], ["a b"], ["é"], [String(repeating: "x", count: 256)], ["a", "b"]]
            : [[""], ["maybe"], ["1"], [BadValue.long], ["true", "true"]]
        for value in values {
            let reply = try await send(operation.request(for: "", furnished.here).with(parameter, value))
            check(operation, parameter, value.map { String($0.prefix(10)) }.joined(separator: ", "), reply, mustBeRefused: true)
        }
    }

    private func otherBodies(_ operation: SweptOperation) async throws {
        for type in ["application/json", "multipart/form-data; boundary=x", "text/plain", "x"] {
            var request = operation.request(for: "", furnished.here)
            request.body = .raw(type, Array("{}".utf8))
            let reply = try await send(request)
            check(operation, named: "Content-Type", type, reply, mustBeRefused: true)
        }
    }

    /// Sends, and finds what a refused request kept nevertheless.
    private func send(_ request: SweptRequest) async throws -> Reply {
        cases += 1
        let store = furnished.installation.store
        let completed = store.completed
        let reply = try await request.send(caller)
        if reply.status >= 400, store.completed != completed {
            problems.append("\(request.method) \(request.target.prefix(200)): refused with \(reply.status) after a write")
        }
        return reply
    }

    private func expectSuccess(_ operation: SweptOperation, _ request: SweptRequest, _ what: String) async throws {
        let reply = try await send(request)
        if !(200..<300).contains(reply.status) { complain(operation, what, "", reply, "expected success") }
    }

    private func check(
        _ operation: SweptOperation, _ parameter: DocumentedParameter, _ label: String, _ reply: Reply, mustBeRefused: Bool
    ) {
        check(operation, named: parameter.name, label, reply, mustBeRefused: mustBeRefused)
    }

    private func check(_ operation: SweptOperation, named name: String, _ label: String, _ reply: Reply, mustBeRefused: Bool) {
        guard reply.status >= 400 else {
            if mustBeRefused { complain(operation, name, label, reply, "expected a refusal") }
            return
        }
        checkError(operation, name, label, reply)
        if !Self.words(reply.string("message") ?? "").contains(name[...]) { complain(operation, name, label, reply, "it is not named") }
    }

    /// The contract's error body, of a client's error.
    private func checkError(_ operation: SweptOperation, _ name: String, _ label: String, _ reply: Reply) {
        guard (400..<500).contains(reply.status) else { return complain(operation, name, label, reply, "expected 4xx") }
        let code = reply.integer("code") ?? 0
        if code < 20000 || reply.integer("status") != reply.status || reply.string("message") == nil
            || reply.string("more_info") != "https://www.twilio.com/docs/errors/\(code)" || reply.json.count != 4
        {
            complain(operation, name, label, reply, "expected the contract's error body")
        }
        // What was sent stays out of the answer but for the path.
        if (reply.string("message") ?? "").contains("xxxxxxxxxx"), reply.status != 404 {
            complain(operation, name, label, reply, "the value is repeated")
        }
    }

    private func complain(_ operation: SweptOperation, _ parameter: String, _ label: String, _ reply: Reply, _ expectation: String) {
        problems.append("\(operation.label), \(parameter), \(label): \(expectation): \(reply.status) \(reply.text.prefix(250))")
    }

    /// A message's words, dotted names as one word.
    private static func words(_ message: String) -> Set<Substring> {
        Set(message.split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "-" }.map { $0.hasSuffix(".") ? $0.dropLast() : $0 })
    }
}
