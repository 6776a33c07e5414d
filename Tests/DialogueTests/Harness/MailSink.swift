import Foundation

/// Postfix' smtp-sink in the relay's place, keeping each mail in a file of its own.
final class MailSink: Sendable {
    private let process: Process
    private let folder: String

    /// Returns once it listens: a mail that comes earlier is tried again after five minutes only.
    init(program: String, _ daemon: RunningDaemon) async throws {
        folder = daemon.folder.path("sink")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: daemon.folder.root)
        let user = getuid() == 0 ? ["-u", "nobody"] : []
        process = try BuiltBinary.launch(
            user + ["-d", "\(folder)/%H%M%S.", "127.0.0.1:\(daemon.ports.relay)", "128"], program: program,
            log: daemon.folder.path("sink.log"),
            environment: Peers.environment)
        do {
            try await eventually("smtp-sink listens\n\(daemon.folder.read("sink.log"))") {
                guard process.isRunning else { throw RunningDaemon.Unexpected(description: "smtp-sink ended at once") }
                return FreePort.answers(daemon.ports.relay)
            }
        } catch {
            stop()
            throw error
        }
    }

    /// The contents of the mails taken so far, less what smtp-sink writes before them.
    var mails: [[UInt8]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let dated = names.map { "\(folder)/\($0)" }.map { path in
            (path, (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast)
        }
        return dated.sorted { $0.1 < $1.1 }.compactMap { path, _ in
            guard let text = FileManager.default.contents(atPath: path) else { return nil }
            var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            while let first = lines.first, first.starts(with: Array("X-".utf8)) { lines.removeFirst() }
            return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        }
    }

    func stop() {
        guard process.isRunning else { return }
        // It does not end on SIGTERM while it writes as another user.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
