import ParleyCore
import ParleyYAML

/// Looks at a whole definition for what no part of it can see alone: settings that nothing uses, receipts that nothing reads.
struct DefinitionAudit {
    let definition: ProviderDefinition
    let top: MappingReader

    init(_ definition: ProviderDefinition, top: MappingReader) {
        self.definition = definition
        self.top = top
    }

    func run() {
        var used = Set(definition.request.conditionSettings)
        for template in definition.request.templates {
            for case .setting(let name) in template.variables { used.insert(name) }
        }
        for verification in definition.callbacks?.verifications ?? [] {
            if case .setting(let name) = verification.key { used.insert(name) }
        }
        for setting in definition.settings where !used.contains(setting.name) {
            top.problems.add(
                SettingsProblem(
                    file: top.file, line: setting.line, path: "settings.\(setting.name)", message: "is used nowhere in the definition"))
        }
        checkReceipts()
    }

    private func checkReceipts() {
        let reads = definition.callbacks?.events.contains { $0.path == .receipts } ?? false
        if definition.sendsReceipts, !reads {
            top.problem("says receipts: true, and no event of callbacks is a receipt", at: "capabilities")
        }
        if !definition.sendsReceipts, reads { top.problem("callbacks read receipts; say receipts: true", at: "capabilities") }
        let asks = definition.request.templates.contains { template in
            template.variables.contains(.message(.receiptsURL)) || template.variables.contains(.message(.inboundURL))
        }
        if asks, definition.callbacks == nil { top.problem("the request tells a callback URL, and there are no callbacks", at: "send") }
    }
}
