import ArgumentParser
import Foundation
import Logging
import ParleyCore
import ParleyStore

/// `parley serve`: runs the daemon until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the daemon. SIGTERM and SIGINT drain: nothing new is taken, what is in flight is finished.")

    @OptionGroup var common: CommonOptions
    @Option(help: "How much is logged: trace, debug, info, notice, warning or error.") var logLevel = "info"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level: expected trace, debug, info, notice, warning or error")
        }
    }

    /// Every connection is an open file: the soft limit is raised to what the system allows.
    private static func raiseOpenFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    func run() async throws {
        let settings = try common.settings()
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        ServeCommand.raiseOpenFiles()
        for warning in settings.warnings { Terminal.error("warning: \(warning)") }
        do {
            try await Daemon(settings: settings).run()
        } catch {
            Terminal.error("parley cannot go on: \(error)")
            throw ExitCode.failure
        }
    }
}
