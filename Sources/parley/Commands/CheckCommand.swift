import ArgumentParser
import ParleyCore

/// `parley check`: reads the settings and tells every problem at once.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the settings and tell every problem at once, with file and line.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let settings = try common.settings()
        for warning in settings.warnings { Terminal.error("warning: \(warning)") }
        let names = settings.adapters.map { "\($0.name) (\($0.profile.type))" }.joined(separator: ", ")
        Terminal.say("\(settings.file): fine. Adapters: \(names.isEmpty ? "none" : names).")
    }
}

extension ParleySettings {
    /// What works, and is probably not meant.
    var warnings: [String] {
        var warnings: [String] = []
        let host = publicHost
        if ["localhost", "::1", "[::1]"].contains(host) || host.hasPrefix("127.") {
            for adapter in adapters where adapter.profile.type == "http-sms" && !adapter.talksToLoopback {
                warnings.append(
                    "server.public_url is \(server.publicURL), which the provider of adapter \(adapter.name) cannot reach: receipts and answers will not come"
                )
            }
        }
        for sid in account.weakTokenKeys {
            warnings.append("account.api_keys: \(sid) may sign access tokens, and its secret is shorter than 32 bytes")
        }
        for adapter in adapters where adapter.profile.addresses.isEmpty {
            warnings.append("adapter \(adapter.name) serves no address")
        }
        return warnings
    }

    private var publicHost: String {
        String(server.publicURL.split(separator: "/").dropFirst().first?.split(separator: ":").first ?? "")
    }
}
