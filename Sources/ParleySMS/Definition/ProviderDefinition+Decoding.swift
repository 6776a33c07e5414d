import Foundation
import ParleyCore
public import ParleyYAML

/// Reads definitions from their files.
extension ProviderDefinition {
    /// Reads the text of a definition; every problem in it is recorded.
    ///
    /// - Parameter structure: values of settings that are part of the structure; the others have their defaults.
    /// - Returns: nil when there is any problem.
    public static func read(
        text: String, file: String, problems: SettingsProblems, structure: [String: String] = [:]
    ) -> ProviderDefinition? {
        let before = problems.count
        let document: SettingsDocument
        do {
            document = try SettingsDocument(text: text, file: file, problems: problems)
        } catch {
            problems.add(error)
            return nil
        }
        let (top, used) = Structure.applied(structure, to: document)
        var definition = DefinitionReader(top, structureUsed: used).read()
        if definition?.settings.contains(where: \.isStructure) ?? false { definition?.structuralSource = text }
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

    /// The definitions in a folder, by name; without the files of cases, and without those whose names start with a dot or an underscore.
    public static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".cases.yaml") && !$0.hasPrefix(".") && !$0.hasPrefix("_") }.sorted()
            .map { "\(folder)/\($0)" }
    }
}

/// Settings whose values are part of the file: `$(name)` in a key or text stands for them.
enum Structure {
    /// A reader of the document with its marks replaced, and the names that were used.
    static func applied(_ values: [String: String], to document: SettingsDocument) -> (MappingReader, used: Set<String>) {
        let settings = document.root.pairs?.first { $0.key == "settings" }?.value.pairs ?? []
        var known: [String: String] = [:]
        for (name, node) in settings {
            let words = node.pairs ?? []
            guard words.contains(where: { $0.key == "structure" && $0.value.text == "true" }) else { continue }
            known[name] = values[name] ?? words.first { $0.key == "default" }?.value.text ?? ""
        }
        guard !known.isEmpty else { return (document.mapping(), []) }
        var used: Set<String> = []
        let root = document.root.replacingMarks { name in
            used.insert(name)
            return known[name]
        }
        return (root.expectMapping() ?? document.mapping(), used)
    }
}

/// Turns the top of a definition into values.
struct DefinitionReader {
    let top: MappingReader
    let structureUsed: Set<String>

    init(_ top: MappingReader, structureUsed: Set<String>) {
        self.top = top
        self.structureUsed = structureUsed
    }

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
        let baseURL = readBaseURL(settings)
        let capabilities = CapabilityReader(top).read()
        let sending = top.required("send") { $0.mapping("send") }
        let requests = sending.map { RequestReader(settings: settings).read($0) } ?? []
        let results = sending.map { ResultReader($0).read() } ?? []
        let codes = ProviderDefinition.CodeTable.read(top)
        let sendCodes = sending.map { codes.overridden(by: .read($0)) } ?? codes
        let callbacks = top.mapping("callbacks").map { CallbackReader($0, settings: settings, codes: codes).read() }
        guard !requests.isEmpty else { return nil }
        let definition = ProviderDefinition(
            name: name, title: title, documentation: documentation, verified: verified, file: top.file, settings: settings,
            sendsReceipts: capabilities.receipts, dropsRepeats: capabilities.dropsRepeats, longest: capabilities.longest,
            isCutHere: capabilities.isCutHere, media: capabilities.media, baseURL: baseURL, addresses: capabilities.addresses,
            requests: requests, results: results, sendCodes: sendCodes, callbacks: callbacks)
        DefinitionAudit(definition, top: top, structureUsed: structureUsed).run()
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
                fallback: reader.string("default"), help: reader.string("help"), choices: reader.strings("one_of") ?? [],
                isStructure: reader.bool("structure", default: false), line: reader.line)
            if setting.isRequired, setting.fallback != nil { reader.problem("cannot be required and have a default", at: "default") }
            if setting.isSecret, setting.fallback != nil { reader.problem("a secret cannot have a default", at: "default") }
            if setting.isStructure, setting.isSecret { reader.problem("a secret cannot be part of the structure", at: "structure") }
            if setting.isStructure, setting.fallback == nil {
                reader.problem("a setting that is structure needs a default", at: "structure")
            }
            if let fallback = setting.fallback, !setting.choices.isEmpty, !setting.choices.contains(fallback) {
                reader.problem("is none of one_of", at: "default")
            }
            return setting
        }
    }

    private func readBaseURL(_ settings: [ProviderSetting]) -> TextTemplate? {
        guard let text = top.string("base_url") else { return nil }
        let template: TextTemplate
        do {
            template = try TextTemplate(text, settings: settings.map(\.name))
        } catch {
            top.problem(error.message, at: "base_url")
            return nil
        }
        for variable in template.variables {
            guard case .setting(let name) = variable, let setting = settings.first(where: { $0.name == name }) else {
                top.problem("only settings may stand here, such as {{settings.region}}", at: "base_url")
                continue
            }
            if setting.isSecret { top.problem("the secret `\(name)` cannot stand in the URL, which is logged", at: "base_url") }
            if !setting.isRequired, setting.fallback == nil {
                top.problem("the setting `\(name)` stands in the URL, so it must be required or have a default", at: "base_url")
            }
        }
        if let fault = BaseURL.fault(template.render { _ in "label" }) { top.problem(fault, at: "base_url") }
        return template
    }
}

extension ProviderDefinition.CodeTable {
    /// Reads the mapping under `codes`; an empty table when it is not written.
    static func read(_ reader: MappingReader) -> ProviderDefinition.CodeTable {
        var codes = ProviderDefinition.CodeTable()
        for (code, node) in reader.entries("codes") {
            guard let word = node.expectText("a code of the contract, or opted_out") else { continue }
            if code == "*" {
                if word == "same" { codes.isSame = true } else { node.problem("expected `same`: the provider's codes are the contract's") }
            } else if word == ResultRule.Word.optedOut.rawValue {
                codes.table[code] = Diagnosis.optedOutCode
            } else if let number = Int(word), (10_000...99_999).contains(number) {
                codes.table[code] = number
            } else {
                node.problem("expected five digits, or opted_out")
            }
        }
        return codes
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
