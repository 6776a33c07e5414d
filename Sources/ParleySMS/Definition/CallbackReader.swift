import ParleyCore
import ParleyYAML

/// Reads `callbacks`.
struct CallbackReader {
    let reader: MappingReader
    let settings: [ProviderSetting]
    /// What the provider's error codes mean everywhere.
    let codes: ProviderDefinition.CodeTable

    init(_ reader: MappingReader, settings: [ProviderSetting], codes: ProviderDefinition.CodeTable) {
        self.reader = reader
        self.settings = settings
        self.codes = codes
    }

    func read() -> CallbackDefinition {
        let (methods, anyPath) = readPaths()
        let verifications =
            reader.required("verify", { $0.mapping("verify") }).map { VerificationReader($0, settings: settings).read() } ?? []
        let events = reader.mappings("events").compactMap(EventReader(settings: settings, codes: codes).read)
        if events.isEmpty { reader.problem("needs at least one event", at: "events") }
        for (index, event) in events.enumerated() {
            if let earlier = events[..<index].first(where: { (anyPath || $0.path == event.path) && $0.covers(event) }) {
                reader.problems.add(
                    SettingsProblem(
                        file: reader.file, line: event.line, path: "callbacks.events[\(index)]",
                        message: "is never reached: the event on line \(earlier.line) matches first"))
            }
        }
        if !anyPath {
            let paths = events.map(\.path)
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

    private func readAcknowledgement() -> Acknowledgement {
        guard let ack = reader.mapping("ack") else { return Acknowledgement() }
        return Acknowledgement(
            status: ack.int("status", default: 200, in: 200...299), contentType: ack.string("content_type"),
            body: ack.string("body", default: ""))
    }
}

/// Reads one of `callbacks.events`.
struct EventReader {
    let settings: [ProviderSetting]
    let codes: ProviderDefinition.CodeTable

    init(settings: [ProviderSetting], codes: ProviderDefinition.CodeTable) {
        self.settings = settings
        self.codes = codes
    }

    func read(_ event: MappingReader) -> CallbackEvent? {
        let condition = event.mapping("when").map(condition) ?? CallbackEvent.Condition()
        let each = event.string("each")
        let pointer = each.flatMap(JSONPointer.init)
        if each != nil, pointer == nil { event.problem("expected a JSON pointer such as /results", at: "each") }
        let elements = event.mapping("where")?.entries("json").compactMap { JSONPointer.pair($0.key, $0.value) } ?? []
        if each == nil, event.has("where") { event.problem("is about the elements of each, and there is no each", at: "where") }
        let kind: CallbackEvent.Kind?
        switch event.required("kind", { $0.choice("kind", among: ["inbound", "receipt", "opt_out"]) }) {
        case "inbound": kind = inbound(event).map { .inbound($0) }
        case "receipt": kind = receipt(event).map { .receipt($0) }
        case "opt_out": kind = consent(event).map { .consent($0) }
        default:
            // What the other keys should be is not known, so they are not judged.
            _ = event.entries()
            return nil
        }
        return kind.map { CallbackEvent(kind: $0, condition: condition, each: pointer, elementCondition: elements, line: event.line) }
    }

    private func condition(_ when: MappingReader) -> CallbackEvent.Condition {
        CallbackEvent.Condition(
            parameters: when.entries("parameter").compactMap { name, node in ValueTest.read(node).map { (name, $0) } },
            headers: when.entries("header").compactMap { name, node in ValueTest.read(node).map { (name, $0) } },
            json: when.entries("json").compactMap { JSONPointer.pair($0.key, $0.value) })
    }

    // MARK: Inbound

    private func inbound(_ event: MappingReader) -> CallbackEvent.Inbound? {
        var encoding = CallbackEvent.EncodingRule(place: nil, table: [:], otherwise: .utf8)
        var formats: [CallbackEvent.TimeFormat] = [.rfc3339]
        let id = place(event, "id")
        let from = address(event, "from")
        let to = address(event, "to")
        let text = place(event, "text", more: { encoding = self.encoding($0) })
        let sentAt = place(event, "sent_at", more: { formats = self.formats($0) })
        let subject = place(event, "subject")
        let media = event.mapping("media").flatMap(media)
        let joinedBy = event.mapping("joined_by").flatMap(join)
        let consent = event.mapping("opt_out").flatMap(words)
        if text == nil, media == nil { event.problem("needs text, media or both") }
        guard let from, let to else { return nil }
        return CallbackEvent.Inbound(
            id: id, from: from, to: to, text: text, encoding: encoding, subject: subject, media: media, sentAt: sentAt,
            timeFormats: formats, joinedBy: joinedBy, consent: consent)
    }

    private func address(_ event: MappingReader, _ key: String) -> CallbackEvent.AddressPlace? {
        var form = CallbackEvent.AddressForm.asWritten
        var prefix = ""
        let place = event.required(key) {
            self.place(
                $0, key,
                more: { reader in
                    form = reader.choice("form", default: .asWritten)
                    prefix = reader.string("prefix", default: "")
                })
        }
        return place.map { CallbackEvent.AddressPlace(place: $0, form: form, prefix: prefix) }
    }

    private func formats(_ reader: MappingReader) -> [CallbackEvent.TimeFormat] {
        (reader.strings("formats") ?? ["rfc3339"]).compactMap { word in
            if let format = CallbackEvent.TimeFormat(word) { return format }
            let words = CallbackEvent.TimeFormat.words
            reader.problem(
                "unknown format `\(word)`; \(Spelling.advice(for: word, among: words)), or a pattern such as %Y-%m-%d %H:%M:%S",
                at: "formats")
            return nil
        }
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
            for (key, word) in table.table(among: TextEncoding.allCases.map(\.rawValue)) {
                rule.table[key.lowercased()] = TextEncoding(rawValue: word)
            }
        }
        rule.otherwise = lookup.choice("otherwise", default: .utf8)
        return rule
    }

    private func media(_ reader: MappingReader) -> CallbackEvent.MediaPlace? {
        let contentType = reader.string("content_type")
        let filename = reader.string("filename")
        let url = reader.string("url")
        let count = reader.string("count")
        let each = reader.string("each")
        var authorization: AuthorizationTemplate?
        var headers: [RequestTemplate.Field] = []
        if let fetch = reader.mapping("fetch") {
            headers = fetch.node("headers").map { RequestReader(settings: settings).fields($0, .header) } ?? []
            let templates = headers.flatMap { $0.value.templates }
            if templates.contains(where: { $0.variables.contains { if case .message = $0 { true } else { false } } }) {
                fetch.problem("only settings may stand here, such as {{settings.token}}", at: "headers")
            }
            if fetch.has("basic") || fetch.has("bearer") { authorization = RequestReader.authorization(fetch, template) }
        }
        let source: CallbackEvent.MediaPlace.Source
        if let each {
            guard let pointer = JSONPointer(each) else {
                reader.problem("expected a JSON pointer such as /media", at: "each")
                return nil
            }
            if count != nil { reader.problem("is of numbered parameters, and each is of a list", at: "count") }
            source = .elements(
                pointer, url: url.map { FieldPlace($0) }, contentType: contentType.map { FieldPlace($0) },
                filename: filename.map { FieldPlace($0) })
        } else {
            guard let url, !url.isEmpty, JSONPointer(url) == nil else {
                reader.problem("expected each with a pointer, or the name of a field: image for one, MediaUrl{n} for several", at: "url")
                return nil
            }
            if count != nil, !url.contains("{n}") { reader.problem("is of several fields, and the name in url has no {n}", at: "count") }
            source = .numbered(count: count.map { FieldPlace($0) }, url: url, contentType: contentType, filename: filename)
        }
        return CallbackEvent.MediaPlace(source: source, authorization: authorization, headers: headers)
    }

    /// Texts of `fetch` have settings only: there is no message to speak of.
    private func template(_ node: SettingsNode) -> TextTemplate? {
        guard let source = node.expectText() else { return nil }
        do {
            let template = try TextTemplate(source, settings: settings.map(\.name))
            if template.variables.contains(where: { if case .message = $0 { true } else { false } }) {
                node.problem("only settings may stand here, such as {{settings.token}}")
            }
            return template
        } catch {
            node.problem(error.message)
            return nil
        }
    }

    private func join(_ reader: MappingReader) -> CallbackEvent.JoinRule? {
        guard let reference = reader.required("reference", { place($0, "reference") }),
            let part = reader.required("part", { place($0, "part") }), let total = reader.required("total", { place($0, "total") })
        else { return nil }
        return CallbackEvent.JoinRule(reference: reference, part: part, total: total)
    }

    // MARK: Consent

    private func consent(_ event: MappingReader) -> CallbackEvent.Consent? {
        let from = address(event, "from")
        let to = address(event, "to")
        let rule = event.mapping("opt_out").flatMap(words)
        guard let from, let to else { return nil }
        return CallbackEvent.Consent(from: from, to: to, rule: rule)
    }

    private func words(_ reader: MappingReader) -> CallbackEvent.ConsentRule? {
        var words: [String: ConsentWord] = [:]
        for word in ConsentWord.allCases {
            for text in reader.strings(word.rawValue) ?? [] { words[text] = word }
        }
        if words.isEmpty { reader.problem("needs the provider's words for stop, start or help") }
        return reader.required("at") { $0.string("at") }.map { CallbackEvent.ConsentRule(place: FieldPlace($0), words: words) }
    }

    // MARK: Receipts

    private func receipt(_ event: MappingReader) -> CallbackEvent.Receipt? {
        var reference: FieldPlace?
        var id: FieldPlace?
        var recipient: FieldPlace?
        var comparison = CarrierIDComparison.exact
        if let matches = event.required("matches", { $0.mapping("matches") }) {
            reference = place(matches, "reference")
            id = place(matches, "id")
            recipient = place(matches, "recipient")
            comparison = matches.choice("compare", default: .exact)
            if reference == nil, id == nil { matches.problem("expected reference, id or both") }
        }
        var table: [String: Delivery.Status?] = [:]
        var patterns: [(pattern: Pattern, status: Delivery.Status?)] = []
        let status = event.required("status") {
            place(
                $0, "status",
                more: { reader in
                    guard let words = reader.required("table", { $0.mapping("table") }) else { return }
                    let meanings = Delivery.Status.allCases.map(\.rawValue) + [EventReader.unchanged]
                    for (key, meaning) in words.table(among: meanings) { table[key] = .some(Delivery.Status(rawValue: meaning)) }
                    guard let more = reader.mapping("patterns") else { return }
                    for (key, meaning) in more.table(among: meanings) {
                        if let pattern = Pattern(key) {
                            patterns.append((pattern, Delivery.Status(rawValue: meaning)))
                        } else {
                            more.problem("is not a regular expression", at: key)
                        }
                    }
                })
        }
        if let status, table.isEmpty { event.problem("needs a table: { at: \(status.text), table: { … } }", at: "status") }
        guard let status else { return nil }
        return CallbackEvent.Receipt(
            reference: reference, id: id, recipient: recipient, comparison: comparison, status: status, table: table,
            patterns: patterns, code: place(event, "code"), codes: codes.overridden(by: .read(event)), text: place(event, "text"))
    }

    /// The word of a status table for what is known and changes nothing.
    private static let unchanged = "unchanged"

    /// A place alone, or `{ at: place, … }`.
    private func place(_ reader: MappingReader, _ key: String, more: ((MappingReader) -> Void)? = nil) -> FieldPlace? {
        guard let node = reader.node(key) else { return nil }
        if let text = node.text {
            if text.isEmpty { reader.problem("is empty", at: key) }
            return FieldPlace(text)
        }
        guard more != nil || node.pairs == nil else {
            reader.problem("expected the name of a parameter or a JSON pointer", at: key)
            return nil
        }
        guard let inner = reader.mapping(key) else { return nil }
        more?(inner)
        let at = inner.requiredString("at")
        return at.isEmpty ? nil : FieldPlace(at)
    }
}
