import Foundation
public import ParleyYAML

/// Reads definitions from their files.
extension ProviderDefinition {
    /// Reads the text of a definition; every problem in it is recorded.
    ///
    /// - Returns: nil when there is any problem.
    public static func read(text: String, file: String, problems: SettingsProblems) -> ProviderDefinition? {
        let before = problems.count
        let document: SettingsDocument
        do {
            document = try SettingsDocument(text: text, file: file, problems: problems)
        } catch {
            problems.add(error)
            return nil
        }
        let definition = DefinitionReader(document.mapping()).read()
        return problems.count == before ? definition : nil
    }

    /// Reads a file.
    public static func read(path: String, problems: SettingsProblems) -> ProviderDefinition? {
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            problems.add(SettingsProblem(file: path, line: 1, path: "", message: "cannot be read as a text in UTF-8"))
            return nil
        }
        return read(text: text, file: path, problems: problems)
    }

    /// Reads all definitions of some folders. One name in two folders is a problem.
    public static func readAll(folders: [String], problems: SettingsProblems) -> [String: ProviderDefinition] {
        var found: [String: ProviderDefinition] = [:]
        for path in folders.flatMap(files(in:)) {
            guard let definition = read(path: path, problems: problems) else { continue }
            if let first = found[definition.name] {
                problems.add(SettingsProblem(file: path, line: 1, path: "name", message: "is the name of \(first.file) as well"))
            } else {
                found[definition.name] = definition
            }
        }
        return found
    }

    /// The definitions in a folder, by name; without the files of cases.
    public static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".cases.yaml") && !$0.hasPrefix(".") }.sorted().map {
            "\(folder)/\($0)"
        }
    }
}

/// Turns the top of a definition into values.
struct DefinitionReader {
    let top: MappingReader

    init(_ top: MappingReader) { self.top = top }

    func read() -> ProviderDefinition? {
        defer { top.finish() }
        if top.required("format", { $0.int("format") }).map({ $0 != ProviderDefinition.format }) ?? false {
            top.problem("is not a format this version reads; it reads \(ProviderDefinition.format)", at: "format")
        }
        let name = top.requiredString("name")
        let stem = URL(filePath: top.file).deletingPathExtension().lastPathComponent
        if !name.isEmpty, name != stem { top.problem("must be the file's name, `\(stem)`", at: "name") }
        let title = top.requiredString("title")
        let documentation = top.requiredString("documentation")
        let verified = top.requiredString("verified")
        if !verified.isEmpty, verified.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) == nil {
            top.problem("expected a date such as 2026-11-22", at: "verified")
        }
        let settings = readSettings()
        let baseURL = top.string("base_url")
        if let baseURL, let fault = BaseURL.fault(baseURL) { top.problem(fault, at: "base_url") }
        let (addresses, longest, receipts) = readCapabilities()
        let names = settings.map(\.name)
        let sending = top.required("send") { $0.mapping("send") }
        let request = sending.flatMap { RequestReader(settings: settings).read($0) }
        let results = sending.map { ResultReader($0).read() } ?? []
        let callbacks = top.mapping("callbacks").map { CallbackReader($0, settings: names).read() }
        guard let request else { return nil }
        let definition = ProviderDefinition(
            name: name, title: title, documentation: documentation, verified: verified, file: top.file, baseURL: baseURL,
            settings: settings,
            sendsReceipts: receipts, longest: longest, addresses: addresses, request: request, results: results, callbacks: callbacks)
        DefinitionAudit(definition, top: top).run()
        return definition
    }

    private func readSettings() -> [ProviderSetting] {
        top.entries("settings").compactMap { name, node in
            guard let reader = node.expectMapping() else { return nil }
            defer { reader.finish() }
            let named = name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") } && name.first?.isLetter == true
            if !named { reader.problem("a setting's name has lower-case letters, digits and underscores only") }
            let secret = reader.bool("secret")
            let soundsSecret = ["password", "secret", "token", "key"].contains { name == $0 || name.hasSuffix("_\($0)") }
            if secret == nil, soundsSecret { reader.problem("sounds like a secret: say `secret: true`, or `secret: false` if it is none") }
            let setting = ProviderSetting(
                name: name, isRequired: reader.bool("required", default: false), isSecret: secret ?? false,
                fallback: reader.string("default"),
                help: reader.string("help"), choices: reader.strings("one_of") ?? [], line: reader.line)
            if setting.isRequired, setting.fallback != nil { reader.problem("cannot be required and have a default", at: "default") }
            if setting.isSecret, setting.fallback != nil { reader.problem("a secret cannot have a default", at: "default") }
            if let fallback = setting.fallback, !setting.choices.isEmpty, !setting.choices.contains(fallback) {
                reader.problem("is none of one_of", at: "default")
            }
            return setting
        }
    }

    private func readCapabilities() -> (ProviderDefinition.AddressForms, ProviderDefinition.TextLimit?, receipts: Bool) {
        var forms = ProviderDefinition.AddressForms(to: [.e164], from: [.e164])
        guard let reader = top.required("capabilities", { $0.mapping("capabilities") }) else { return (forms, nil, false) }
        if let addresses = reader.mapping("addresses") {
            forms.to = readForms(addresses, "to")
            forms.from = readForms(addresses, "from")
        }
        var longest: ProviderDefinition.TextLimit?
        if let text = reader.mapping("text") {
            _ = text.choice("splitting", of: Splitting.self)
            if text.string("splitting") == Splitting.gateway.rawValue { text.problem("`gateway` is not supported yet", at: "splitting") }
            longest = readLimit(text)
        }
        if let media = reader.string("media"), media != "none" { reader.problem("is not supported yet; expected none", at: "media") }
        reader.notSupportedYet("idempotency_key")
        return (forms, longest, reader.bool("receipts", default: false))
    }

    private enum Splitting: String, CaseIterable {
        case provider
        case gateway
    }

    private func readForms(_ reader: MappingReader, _ key: String) -> Set<ProviderDefinition.AddressForms.Form> {
        let known = ProviderDefinition.AddressForms.Form.allCases
        guard let words = reader.strings(key) else { return [.e164] }
        return Set(
            words.compactMap { word in
                if let form = known.first(where: { $0.rawValue == word }) { return form }
                reader.problem("unknown form `\(word)`; \(Spelling.advice(for: word, among: known.map(\.rawValue)))", at: key)
                return nil
            })
    }

    private func readLimit(_ reader: MappingReader) -> ProviderDefinition.TextLimit? {
        guard let text = reader.string("longest") else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int(words[0]), count > 0,
            let unit = ProviderDefinition.TextLimit.Unit(rawValue: String(words[1]))
        else {
            reader.problem("expected a limit such as 1600 characters or 10 segments", at: "longest")
            return nil
        }
        return ProviderDefinition.TextLimit(count: count, unit: unit)
    }
}

/// Where a provider is reached: the part of the URL before a definition's paths.
enum BaseURL {
    /// What is wrong with it, nil when nothing is.
    static func fault(_ text: String) -> String? {
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), let url = URLComponents(string: text), let host = url.host,
            !host.isEmpty
        else { return "expected a URL such as https://api.example.com" }
        if url.user != nil || url.password != nil { return "must not hold a user or password; they belong into credentials" }
        if text.contains("?") || text.contains("#") { return "must not have a query or a fragment" }
        return nil
    }
}
