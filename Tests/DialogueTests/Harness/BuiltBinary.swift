import Foundation
import Testing

/// The `parley` that was built beside the tests.
enum BuiltBinary {
    /// The repository's folder.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static var path: String {
        URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appending(path: "parley").path
    }

    static func launch(
        _ arguments: [String], program: String = BuiltBinary.path, log: String, environment: [String: String] = [:]
    ) throws -> Process {
        if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let handle = try #require(FileHandle(forWritingAtPath: log))
        try handle.seekToEnd()
        let child = Process()
        child.executableURL = URL(filePath: program)
        child.arguments = arguments
        child.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        child.currentDirectoryURL = URL(filePath: root)
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = handle
        child.standardError = handle
        try child.run()
        return child
    }

    struct Run {
        var code: Int32
        var output: String
    }

    /// Runs a program to its end, off the cooperative threads.
    static func run(
        _ arguments: [String], program: String = BuiltBinary.path, folder: TestFolder, environment: [String: String] = [:]
    ) async throws -> Run {
        let log = folder.path("run-\(UUID().uuidString).log")
        let child = try launch(arguments, program: program, log: log, environment: environment)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                child.waitUntilExit()
                continuation.resume()
            }
        }
        return Run(code: child.terminationStatus, output: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }
}

/// A folder that is removed with the value.
final class TestFolder: Sendable {
    let root: String

    init() {
        root = NSTemporaryDirectory() + "parley-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ name: String, _ text: String) { try? text.write(toFile: path(name), atomically: true, encoding: .utf8) }

    func read(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }
}

/// Programs of others, unpacked under the folder that `PARLEY_PEERS` names.
enum Peers {
    static let folder: String? = {
        let path = ProcessInfo.processInfo.environment["PARLEY_PEERS"] ?? BuiltBinary.root + "/var/peers"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// The path of a program, or nil with a loud line.
    static func program(_ path: String) -> String? {
        if let folder, FileManager.default.isExecutableFile(atPath: "\(folder)/\(path)") { return "\(folder)/\(path)" }
        FileHandle.standardError.write(Data("SKIPPED: \(path) is not under PARLEY_PEERS; run `make peers`. Its tests are not run.\n".utf8))
        return nil
    }

    static var smtpSink: String? { program("usr/sbin/smtp-sink") }
    static var smtpSource: String? { program("usr/sbin/smtp-source") }
    static var swaks: String? { program("usr/bin/swaks") }

    static var environment: [String: String] {
        let folder = folder ?? ""
        return [
            "LD_LIBRARY_PATH": "\(folder)/usr/lib/postfix:\(folder)/usr/lib/x86_64-linux-gnu:\(folder)/lib/x86_64-linux-gnu",
            "PERL5LIB": "\(folder)/usr/lib/x86_64-linux-gnu/perl5/5.36:\(folder)/usr/share/perl5",
        ]
    }
}
