import ArgumentParser
import ParleySMS
import ParleyYAML

/// `parley providers`: the provider definitions and their proof.
struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "Provider definitions: list them, and run their cases.", subcommands: [List.self, Check.self])

    /// The folders that definitions are looked for in: what is named, else the settings' `definitions`.
    static func paths(_ named: [String], _ common: CommonOptions) throws -> [String] {
        if !named.isEmpty { return named }
        guard ParleySettings.path(option: common.config) != nil else { return ["adapters"] }
        return try common.settings().definitions
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the definitions in the settings' folders.")

        @OptionGroup var common: CommonOptions
        @Flag(help: "Print JSON.") var json = false

        struct Entry: Encodable {
            var name: String
            var title: String
            var documentation: String?
            var receipts: Bool
        }

        func run() throws {
            let problems = SettingsProblems()
            let found = ProviderDefinition.readAll(folders: try ProvidersCommand.paths([], common), problems: problems)
            for problem in problems.all { Terminal.error(problem.description) }
            let entries = found.values.sorted { $0.name < $1.name }.map {
                Entry(name: $0.name, title: $0.title, documentation: $0.documentation, receipts: $0.sendsReceipts)
            }
            if json {
                try Terminal.json(entries)
            } else {
                Terminal.table(
                    ["provider", "title", "receipts", "documentation"],
                    entries.map { [$0.name, $0.title, $0.receipts ? "yes" : "no", $0.documentation ?? ""] })
            }
            if !problems.isEmpty { throw ExitCode.failure }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check definitions and run their cases, without any network; exit code 2 when something does not hold.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Definition files or folders. Default: the settings' folders.") var paths: [String] = []
        @Flag(help: "Print JSON.") var json = false

        struct Entry: Encodable {
            var provider: String
            var name: String
            var file: String
            var line: Int
            var holds: Bool
            var differences: [String]
        }

        func run() throws {
            let report = ProviderCheck.run(paths: try ProvidersCommand.paths(paths, common))
            if json {
                try Terminal.json(
                    report.entries.map {
                        Entry(
                            provider: $0.provider, name: $0.name, file: $0.file, line: $0.line, holds: $0.holds, differences: $0.differences
                        )
                    })
            } else {
                for entry in report.entries { Terminal.say(entry.description) }
            }
            for problem in report.problems { Terminal.error(problem.description) }
            let failed = report.entries.count { !$0.holds }
            if !json {
                func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
                // What could not be read is no success, and the last line must not look like one.
                let unread = report.problems.isEmpty ? "" : ", and \(count(report.problems.count, "problem")) with the files themselves"
                Terminal.say(
                    "\(count(report.providers.count, "definition")), \(count(report.entries.count, "case")), \(failed) failed\(unread)")
            }
            if !report.isPassed { throw ExitCode(2) }
        }
    }
}
