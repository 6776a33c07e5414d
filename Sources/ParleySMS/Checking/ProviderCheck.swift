import Foundation
import ParleyCore
import ParleyYAML

/// Checks definitions against their cases, with no network; and adds to each what nobody writes by hand.
public enum ProviderCheck {
    /// Checks definitions and folders of them.
    public static func run(paths: [String]) -> ProviderReport {
        var report = ProviderReport()
        let problems = SettingsProblems()
        for path in paths.flatMap(files) {
            guard let definition = ProviderDefinition.read(path: path, problems: problems) else { continue }
            report.providers.append(definition.name)
            guard let cases = ProviderCases.read(beside: definition, problems: problems) else { continue }
            report.entries += run(definition, cases)
        }
        report.problems = problems.all
        return report
    }

    /// Checks one definition.
    public static func run(_ definition: ProviderDefinition, _ cases: ProviderCases) -> [ProviderReport.Entry] {
        let callbacks = CallbackURLs(
            publicURL: cases.publicURL, adapter: definition.name, secret: cases.settings.callbackSecrets.first?.value)
        let runner = CaseRunner(definition: definition, settings: cases.settings, callbacks: callbacks)
        let written = cases.cases.map { one in
            ProviderReport.Entry(
                provider: definition.name, name: one.name, file: cases.file, line: one.line, differences: runner.run(one.action),
                isAutomatic: false)
        }
        return written + AutomaticChecks(definition: definition, cases: cases, callbacks: callbacks).run()
    }

    private static func files(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? ProviderDefinition.files(in: path) : [path]
    }
}

/// Runs the written cases and tells what differs.
struct CaseRunner {
    let definition: ProviderDefinition
    let settings: HTTPSMSSettings
    let callbacks: CallbackURLs

    init(definition: ProviderDefinition, settings: HTTPSMSSettings, callbacks: CallbackURLs) {
        self.definition = definition
        self.settings = settings
        self.callbacks = callbacks
    }

    func run(_ action: ProviderCases.Action) -> [String] {
        switch action {
        case .send(let sending): run(sending)
        case .callback(let calling): run(calling)
        }
    }

    private func run(_ sending: ProviderCases.Sending) -> [String] {
        let request: OutboundRequest
        do {
            request = try definition.render(
                text: sending.text, pair: sending.pair, reference: sending.reference, settings: settings, callbacks: callbacks)
        } catch {
            return sending.outcome.differences(from: .permanent(Diagnosis(text: error.message)))
        }
        guard let answer = sending.answer else { return ["the message was not refused before it left, and the case has no answer"] }
        let outcome =
            switch answer {
            case .success(let answer): definition.outcome(of: answer, settings: settings)
            case .failure(let failure): definition.outcome(of: failure, settings: settings)
            }
        return sending.request.differences(from: request) + sending.outcome.differences(from: outcome)
    }

    private func run(_ calling: ProviderCases.Calling) -> [String] {
        let interpretation: Interpretation
        do {
            interpretation = try definition.interpret(calling.request, settings: settings, at: Instant(milliseconds: 0))
        } catch {
            return calling.isRefused ? [] : ["was refused: \(error.reason)"]
        }
        if calling.isRefused { return ["was not refused"] }
        var differences: [String] = []
        let events = calling.events ?? []
        if events.count != interpretation.facts.count {
            differences.append("expected \(events.count) events, found \(interpretation.facts.count)")
        }
        for (event, fact) in zip(events, interpretation.facts) { differences += event.differences(from: fact) }
        return differences + calling.acknowledgement.differences(from: interpretation.acknowledgement)
    }
}
