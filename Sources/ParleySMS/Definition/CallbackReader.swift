import ParleyCore
import ParleyYAML

/// Reads `callbacks`.
struct CallbackReader {
    let reader: MappingReader
    let settings: [String]

    init(_ reader: MappingReader, settings: [String]) {
        self.reader = reader
        self.settings = settings
    }

    func read() -> CallbackDefinition {
        let (methods, anyPath) = readPaths()
        let verifications = readVerifications()
        let events = reader.mappings("events").compactMap(event)
        if events.isEmpty { reader.problem("needs at least one event", at: "events") }
        var paths: [CallbackRequest.Path] = []
        for (index, event) in events.enumerated() {
            if let earlier = events[..<index].first(where: { (anyPath || $0.path == event.path) && $0.condition.covers(event.condition) }) {
                reader.problems.add(
                    SettingsProblem(
                        file: reader.file, line: event.line, path: "callbacks.events[\(index)]",
                        message: "is never reached: the event on line \(earlier.line) matches first"))
            }
            paths.append(event.path)
        }
        if !anyPath {
            for path in methods.keys where !paths.contains(path) {
                reader.problem("no event is read from the path `\(path.rawValue)`", at: "paths")
            }
            for event in events where methods[event.path] == nil {
                reader.problem("the path `\(event.path.rawValue)` has an event and is not named", at: "paths")
            }
        }
        let ack = readAcknowledgement()
        return CallbackDefinition(methods: methods, anyPath: anyPath, verifications: verifications, events: events, acknowledgement: ack)
    }

    private func readPaths() -> ([CallbackRequest.Path: [String]], anyPath: Bool) {
        guard let node = reader.required("paths", { $0.node("paths") }) else { return ([:], false) }
        if node.text == "any" { return ([.inbound: ["GET", "POST"], .receipts: ["GET", "POST"]], true) }
        guard let paths = reader.mapping("paths") else { return ([:], false) }
        var methods: [CallbackRequest.Path: [String]] = [:]
        for path in CallbackRequest.Path.allCases {
            guard let words = paths.strings(path.rawValue) else { continue }
            for word in words where !["GET", "POST"].contains(word) { paths.problem("expected GET, POST or both", at: path.rawValue) }
            methods[path] = words
        }
        return (methods, false)
    }

    private func readVerifications() -> [CallbackDefinition.Verification] {
        guard let verify = reader.required("verify", { $0.mapping("verify") }) else { return [] }
        verify.notSupportedYet("hmac", "bearer", "sorted_md5", "ed25519", "jwt_hs256", "twilio_url_and_form")
        let found = CallbackDefinition.Verification.Method.allCases.compactMap { method -> CallbackDefinition.Verification? in
            guard let text = verify.string(method.rawValue) else { return nil }
            if text == "callback_secret" { return .init(method: method, key: .callbackSecret) }
            let name = String(text.dropFirst("settings.".count))
            if text.hasPrefix("settings."), settings.contains(name) { return .init(method: method, key: .setting(name)) }
            let words = ["callback_secret"] + settings.map { "settings.\($0)" }
            verify.problem("unknown key `\(text)`; \(Spelling.advice(for: text, among: words))", at: method.rawValue)
            return nil
        }
        if verify.keys.isEmpty { verify.problem("needs at least one way to tell the provider from a stranger") }
        return found
    }

    private func readAcknowledgement() -> Acknowledgement {
        guard let ack = reader.mapping("ack") else { return Acknowledgement() }
        return Acknowledgement(
            status: ack.int("status", default: 200, in: 200...299), contentType: ack.string("content_type"),
            body: ack.string("body", default: ""))
    }

    private func event(_ event: MappingReader) -> CallbackEvent? {
        let condition = event.mapping("when").map(condition) ?? CallbackEvent.Condition()
        let each = event.string("each")
        let pointer = each.flatMap(JSONPointer.init)
        if each != nil, pointer == nil { event.problem("expected a JSON pointer such as /results", at: "each") }
        let kind: CallbackEvent.Kind?
        switch event.required("kind", { $0.choice("kind", among: ["inbound", "receipt"]) }) {
        case "inbound": kind = inbound(event).map { .inbound($0) }
        case "receipt": kind = receipt(event).map { .receipt($0) }
        default:
            // What the other keys should be is not known, so they are not judged.
            _ = event.entries()
            return nil
        }
        return kind.map { CallbackEvent(kind: $0, condition: condition, each: pointer, line: event.line) }
    }

    private func condition(_ when: MappingReader) -> CallbackEvent.Condition {
        CallbackEvent.Condition(
            parameters: when.entries("parameter").compactMap { name, node in ValueTest.read(node).map { (name, $0) } },
            json: when.entries("json").compactMap { JSONPointer.pair($0.key, $0.value) })
    }

    private func inbound(_ event: MappingReader) -> CallbackEvent.Inbound? {
        event.notSupportedYet("media", "joined_by", "opt_out")
        var fromForm = CallbackEvent.AddressForm.asWritten
        var toForm = CallbackEvent.AddressForm.asWritten
        var encoding = CallbackEvent.EncodingRule(place: nil, table: [:], otherwise: .utf8)
        var formats: [CallbackEvent.TimeFormat] = [.rfc3339]
        let id = place(event, "id")
        let from = event.required("from") { place($0, "from", more: { fromForm = $0.choice("form", default: .asWritten) }) }
        let to = event.required("to") { place($0, "to", more: { toForm = $0.choice("form", default: .asWritten) }) }
        let text = place(event, "text", more: { encoding = self.encoding($0) })
        let sentAt = place(
            event, "sent_at",
            more: { reader in
                let words = CallbackEvent.TimeFormat.allCases.map(\.rawValue)
                formats = (reader.strings("formats") ?? ["rfc3339"]).compactMap { word in
                    if !words.contains(word) {
                        reader.problem("unknown format `\(word)`; \(Spelling.advice(for: word, among: words))", at: "formats")
                    }
                    return CallbackEvent.TimeFormat(rawValue: word)
                }
            })
        guard let from, let to else { return nil }
        return CallbackEvent.Inbound(
            id: id, from: from, fromForm: fromForm, to: to, toForm: toForm, text: text, encoding: encoding, sentAt: sentAt,
            timeFormats: formats)
    }

    private func encoding(_ text: MappingReader) -> CallbackEvent.EncodingRule {
        var rule = CallbackEvent.EncodingRule(place: nil, table: [:], otherwise: .utf8)
        guard let node = text.node("encoding") else { return rule }
        if node.text != nil {
            rule.otherwise = text.choice("encoding", default: .utf8)
            return rule
        }
        guard let lookup = text.mapping("encoding") else { return rule }
        rule.place = lookup.required("at") { $0.string("at") }.map { FieldPlace($0) }
        if let table = lookup.required("table", { $0.mapping("table") }) {
            for key in table.keys { rule.table[key.lowercased()] = table.choice(key, of: TextEncoding.self) }
        }
        rule.otherwise = lookup.choice("otherwise", default: .utf8)
        return rule
    }

    private func receipt(_ event: MappingReader) -> CallbackEvent.Receipt? {
        var reference: FieldPlace?
        var id: FieldPlace?
        if let matches = event.required("matches", { $0.mapping("matches") }) {
            matches.notSupportedYet("recipient", "compare")
            reference = place(matches, "reference")
            id = place(matches, "id")
            if reference == nil, id == nil, matches.keys.isEmpty { matches.problem("expected reference, id or both") }
        }
        var table: [String: Delivery.Status?] = [:]
        let status = event.required("status") {
            place(
                $0, "status",
                more: { reader in
                    guard let words = reader.required("table", { $0.mapping("table") }) else { return }
                    let meanings = Delivery.Status.allCases.map(\.rawValue) + [CallbackReader.unchanged]
                    for key in words.keys {
                        guard let meaning = words.choice(key, among: meanings) else { continue }
                        table[key] = .some(Delivery.Status(rawValue: meaning))
                    }
                })
        }
        if let status, table.isEmpty { event.problem("needs a table: { at: \(status.text), table: { … } }", at: "status") }
        guard let status else { return nil }
        return CallbackEvent.Receipt(
            reference: reference, id: id, status: status, table: table, code: place(event, "code"), text: place(event, "text"))
    }

    /// The word of a status table for what is known and changes nothing.
    private static let unchanged = "unchanged"

    /// A place alone, or `{ at: place, … }`.
    private func place(_ reader: MappingReader, _ key: String, more: ((MappingReader) -> Void)? = nil) -> FieldPlace? {
        guard let node = reader.node(key) else { return nil }
        if let text = node.text { return FieldPlace(text) }
        guard more != nil || node.pairs == nil else {
            reader.problem("expected the name of a parameter or a JSON pointer", at: key)
            return nil
        }
        guard let inner = reader.mapping(key) else { return nil }
        more?(inner)
        return inner.required("at") { $0.string("at") }.map { FieldPlace($0) }
    }
}

extension CallbackEvent {
    /// The path that this kind of event comes on.
    var path: CallbackRequest.Path {
        switch kind {
        case .inbound: .inbound
        case .receipt: .receipts
        }
    }
}
