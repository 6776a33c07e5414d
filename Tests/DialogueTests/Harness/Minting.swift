import Foundation
import ParleyCore
import ParleyTransfer
import Testing

/// Access tokens, from `parley token`.
extension RunningDaemon {
    /// The secret of the key that signs them, in the settings of ``forClients(_:)``.
    static let keySecret = "a-key-secret-for-tests-of-32-bytes-or-more"

    /// - Parameters:
    ///   - seconds: how long it is good for.
    ///   - service: the SID of the service; nil means the default one.
    ///   - change: makes of the daemon's settings those that the token is minted with, for tokens that the daemon must refuse.
    func mint(_ identity: String, seconds: Int = 3600, service: String? = nil, with change: (String) -> String = { $0 }) async throws
        -> String
    {
        let settings = "mint-\(UUID().uuidString).yaml"
        folder.write(settings, change(folder.read("parley.yaml")))
        let run = try await BuiltBinary.run(
            ["token", "--identity", identity, "--ttl", "\(seconds)", "--config", folder.path(settings)]
                + (service.map { ["--service", $0] } ?? []), folder: folder)
        try #require(run.code == 0, "\(run.output)")
        return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What REST answers to a token.
    func status(of token: String) async throws -> Int {
        try await transfer.send(
            OutboundRequest(method: "GET", url: api + "/v1/Conversations", headers: [HeaderField("Authorization", "Bearer \(token)")]),
            trust: .operatorChosen
        ).status
    }

    /// The daemon's memory in bytes, by its name in the process' status (proc(5)): `VmRSS` is what is resident now, `VmHWM` the most that
    /// ever was.
    func memory(_ name: String) throws -> Int {
        let process = try #require(processIdentifier)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1024
    }
}
