import ArgumentParser
import Foundation
import ParleyAPI
import ParleyCore

/// `parley token`: an access token for a chat user, signed with a key of the settings. The daemon is not asked.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print an access token for a chat user, signed with an API key of the settings.")

    @OptionGroup var common: CommonOptions
    @Option(help: "The chat user, 1 to 256 characters.") var identity: String
    @Option(help: "How long it is good for, in seconds, 1 to \(AccessToken.lifetimeMax).") var ttl = 3600
    @Option(help: "The service it is for, IS and 32 digits. Default: none is named, which means the default one.") var service: String?
    @Option(help: "The key that signs, SK and 32 digits. Default: the first that has the scope tokens.") var key: String?

    func validate() throws {
        guard AccessToken.isIdentity(identity) else {
            throw ValidationError("--identity: expected 1 to 256 characters without control characters")
        }
        guard (1...AccessToken.lifetimeMax).contains(ttl) else {
            throw ValidationError("--ttl: expected a whole number from 1 to \(AccessToken.lifetimeMax)")
        }
        if let service, SID(service, .service) == nil { throw ValidationError("--service: expected IS and 32 hexadecimal digits") }
        if let key, SID(key, .apiKey) == nil { throw ValidationError("--key: expected SK and 32 hexadecimal digits") }
    }

    func run() async throws {
        let account = try common.settings().account
        guard let signer = signer(account.apiKeys) else {
            Terminal.error("no key of account.api_keys\(key.map { " is \($0) and" } ?? "") has the scope tokens")
            throw ExitCode.failure
        }
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let token = AccessToken(
            identity: identity, service: service.flatMap { SID($0, .service) }, expires: Instant(seconds: now.seconds + Int64(ttl)))
        Terminal.say(try await token.signed(by: signer.configuration, of: account.sid, from: now))
    }

    private func signer(_ keys: [AccountSettings.Key]) -> AccountSettings.Key? {
        let wanted = key.flatMap { SID($0, .apiKey) }
        return keys.first { $0.scopes.contains(.tokens) && (wanted == nil || $0.sid == wanted) }
    }
}
