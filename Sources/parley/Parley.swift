import ArgumentParser
import ParleyYAML

/// The program's entry. Exit codes: 0 done; 1 what was asked for could not be done, with the reason on standard error; 2 the demonstration
/// or a check found something wrong; 64 the command line is wrong (sysexits.h, EX_USAGE).
@main struct Parley: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Conversations between people in applications and people who have a phone number or a mailbox.",
        version: version,
        subcommands: [
            ServeCommand.self, CheckCommand.self, ProvidersCommand.self, AdaptersCommand.self, QueueCommand.self, InboxCommand.self,
            ConsentCommand.self, RouteCommand.self,
            WebhooksCommand.self, EraseCommand.self, TokenCommand.self, SMSCommand.self, DemoCommand.self,
        ])
}

/// The options that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "The configuration file. Default: $PARLEY_CONFIG, config/parley.yaml, /etc/parley/parley.yaml.")
    var config: String?

    /// Reads the settings, or ends the program with every problem on standard error.
    func settings() throws -> ParleySettings {
        do {
            return try ParleySettings.load(option: config)
        } catch {
            Terminal.error(error.description)
            throw ExitCode.failure
        }
    }
}
