import ParleyCore
import ParleyYAML

/// Looks at a whole definition for what no part of it can see alone: settings that nothing uses, receipts that nothing reads, variables that
/// have no value where they stand.
struct DefinitionAudit {
    let definition: ProviderDefinition
    let top: MappingReader
    let structureUsed: Set<String>

    init(_ definition: ProviderDefinition, top: MappingReader, structureUsed: Set<String>) {
        self.definition = definition
        self.top = top
        self.structureUsed = structureUsed
    }

    func run() {
        checkSettings()
        checkReceipts()
        checkMedia()
        checkParts()
        checkRepeats()
    }

    private func checkSettings() {
        var used = structureUsed
        var templates = definition.requests.flatMap(\.templates) + [definition.baseURL].compactMap(\.self)
        for request in definition.requests { used.formUnion(request.conditionSettings) }
        for event in definition.callbacks?.events ?? [] {
            if case .inbound(let inbound) = event.kind, let media = inbound.media {
                templates += media.authorization?.templates ?? []
                templates += media.headers.flatMap { $0.value.templates }
                used.formUnion(media.headers.flatMap { $0.value.conditionSettings })
            }
        }
        for template in templates {
            for case .setting(let name) in template.variables { used.insert(name) }
        }
        for verification in definition.callbacks?.verifications ?? [] { used.formUnion(verification.settings) }
        for setting in definition.settings where !used.contains(setting.name) {
            top.problems.add(
                SettingsProblem(
                    file: top.file, line: setting.line, path: "settings.\(setting.name)", message: "is used nowhere in the definition"))
        }
    }

    private func uses(_ variable: TextTemplate.MessageVariable) -> Bool {
        definition.requests.contains { $0.templates.contains { $0.variables.contains(.message(variable)) } }
    }

    private func checkReceipts() {
        let reads = definition.callbacks?.events.contains { $0.path == .receipts } ?? false
        if definition.sendsReceipts, !reads {
            top.problem("says receipts: true, and no event of callbacks is a receipt", at: "capabilities")
        }
        if !definition.sendsReceipts, reads { top.problem("callbacks read receipts; say receipts: true", at: "capabilities") }
        if uses(.receiptsURL) || uses(.inboundURL), definition.callbacks == nil {
            top.problem("the request tells a callback URL, and there are no callbacks", at: "send")
        }
    }

    private func checkMedia() {
        if definition.media != nil, !definition.requests.contains(where: \.takesMedia) {
            top.problem("says media, and no request has {{media.url}} within each: media", at: "capabilities")
        }
        // Where the structure is a setting, what the request can do may be more than what this adapter says it does.
        if definition.media == nil, structureUsed.isEmpty, definition.requests.contains(where: \.takesMedia) {
            top.problem("a request has {{media.url}}; say what media the provider takes", at: "capabilities")
        }
        // Where there is one medium at most, it is known without each.
        guard definition.media?.count != 1 else { return }
        let outside = definition.requests.flatMap(\.templatesOutsideMedia)
        for template in outside
        where template.variables.contains(where: { if case .message(let name) = $0 { name.isOfMedium } else { false } }) {
            top.problem("`\(template.source)` stands outside of { each: media, value: … }", at: "send")
        }
    }

    private func checkParts() {
        guard !definition.isCutHere else { return }
        let all = TextTemplate.MessageVariable.allCases
        for variable in all where variable.isOfPart && uses(variable) {
            top.problem("{{\(variable.rawValue)}} has a value where capabilities say splitting: gateway only", at: "send")
        }
    }

    private func checkRepeats() {
        if definition.dropsRepeats, !uses(.idempotencyKey) {
            top.problem("says idempotency_key: true, and no request has {{idempotency_key}}", at: "capabilities")
        }
        if !definition.dropsRepeats, uses(.idempotencyKey) {
            top.problem("a request has {{idempotency_key}}; say idempotency_key: true", at: "capabilities")
        }
    }
}

extension RequestTemplate {
    /// Templates that have no medium to speak of.
    fileprivate var templatesOutsideMedia: [TextTemplate] {
        [path] + (authorization?.templates ?? []) + values.flatMap(\.templatesOutsideMedia)
    }
}

extension RequestTemplate.Value {
    fileprivate var templatesOutsideMedia: [TextTemplate] {
        switch self {
        case .text(let template): [template]
        case .literal, .eachMedium: []
        case .list(let items): items.flatMap(\.templatesOutsideMedia)
        case .object(let fields): fields.flatMap { $0.value.templatesOutsideMedia }
        case .conditional(_, let value), .encoded(let value): value.templatesOutsideMedia
        }
    }
}
