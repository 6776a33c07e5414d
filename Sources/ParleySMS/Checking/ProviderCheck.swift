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
        let runner = CaseRunner(publicURL: cases.publicURL)
        let written = cases.cases.map { one in
            ProviderReport.Entry(
                provider: definition.name, name: one.name, file: cases.file, line: one.line,
                differences: runner.run(one.action, settings: one.settings), isAutomatic: false)
        }
        return written + AutomaticChecks(cases: cases, runner: runner).run()
    }

    private static func files(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? ProviderDefinition.files(in: path) : [path]
    }
}

/// Runs the written cases and tells what differs.
struct CaseRunner {
    let publicURL: String

    init(publicURL: String) { self.publicURL = publicURL }

    func callbacks(_ settings: HTTPSMSSettings) -> CallbackURLs {
        CallbackURLs(publicURL: publicURL, adapter: settings.definition.name, secret: settings.callbackSecrets.first?.value)
    }

    func run(_ action: ProviderCases.Action, settings: HTTPSMSSettings) -> [String] {
        switch action {
        case .send(let sending): run(sending, settings)
        case .callback(let calling): run(calling, settings)
        }
    }

    private func run(_ sending: ProviderCases.Sending, _ settings: HTTPSMSSettings) -> [String] {
        let definition = settings.definition
        let requests: [OutboundRequest]
        do {
            requests = try definition.render(sending.message, settings: settings, callbacks: callbacks(settings))
        } catch {
            return sending.outcome.differences(from: .permanent(Diagnosis(text: error.message)))
        }
        guard let answer = sending.answer else { return ["the message was not refused before it left, and the case has no answer"] }
        let outcome =
            switch answer {
            case .success(let answer): definition.outcome(of: answer, settings: settings)
            case .failure(let failure): definition.outcome(of: failure, settings: settings)
            }
        return sending.request.differences(from: requests[0]) + sending.outcome.differences(from: outcome)
    }

    /// The request as it comes, and the settings that know its proof.
    func signed(_ calling: ProviderCases.Calling, _ settings: HTTPSMSSettings) -> (CallbackRequest, HTTPSMSSettings)? {
        guard let word = calling.signedBy, let way = settings.definition.callbacks?.verifications.first(where: { $0.word == word }) else {
            return (calling.request, settings)
        }
        if case .ed25519(let rule) = way.method, case .setting(let name) = way.key {
            // The settings have the provider's public key: the runner signs with one of its own in its place.
            let signer = EdwardsSigner()
            var changed = settings
            changed.secrets[name] = nil
            changed.options[name] = signer.publicKey
            return signer.sign(calling.request, rule, settings: changed, at: calling.now).map { ($0, changed) }
        }
        guard let key = settings.keys(way).first else { return nil }
        return way.sign(calling.request, key: key, settings: settings, at: calling.now).map { ($0, settings) }
    }

    private func run(_ calling: ProviderCases.Calling, _ settings: HTTPSMSSettings) -> [String] {
        guard let (request, settings) = signed(calling, settings) else { return ["cannot be signed: is the key set?"] }
        let interpretation: Interpretation
        do {
            interpretation = try settings.definition.interpret(request, settings: settings, at: calling.now)
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
