import Foundation

/// How fast the disk makes one small write durable.
enum DiskPace {
    static func measure(in folder: String) throws -> Double {
        let path = "\(folder)/pace"
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { throw BenchSite.Problem(description: "cannot write to \(folder)") }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 7, count: 4096)
        let begun = ContinuousClock.now
        let count = 2000
        for number in 0..<count {
            _ = pwrite(file, block, block.count, off_t(number % 256 * 4096))
            guard fdatasync(file) == 0 else { throw BenchSite.Problem(description: "cannot flush \(folder)") }
        }
        let took = ContinuousClock.now - begun
        return Double(count) / took.inSeconds
    }
}

/// Messages created through REST by wrk, spread at random over all conversations.
struct RESTLoad {
    let site: BenchSite
    let wrk: String

    struct Result {
        var rate: Double
        var median: String
        var tail: String
    }

    func run(connections: Int, seconds: Int) async throws -> Result {
        let script = """
            local sids = {}
            for line in io.lines("\(site.folder)/conversations") do sids[#sids + 1] = line end
            wrk.method = "POST"
            wrk.headers["Authorization"] = "\(site.authorization)"
            wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request = function()
              return wrk.format(nil, "/v1/Conversations/" .. sids[math.random(#sids)] .. "/Messages", nil,
                "Author=alice&Body=The+plumber+comes+at+nine.")
            end
            done = function(summary, latency)
              io.write(string.format("RATE %f\\nP50 %.2f ms\\nP99 %.2f ms\\nBAD %d\\n",
                summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
                summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
            end
            """
        let path = "\(site.folder)/load.lua"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let output = try await site.run(wrk, ["-t1", "-c\(connections)", "-d\(seconds)s", "-s", path, site.api]).output
        func value(_ name: String) -> String {
            output.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) } ?? ""
        }
        guard value("BAD") == "0" else { throw BenchSite.Problem(description: "requests failed: \(output)") }
        return Result(rate: Double(value("RATE")) ?? 0, median: value("P50"), tail: value("P99"))
    }
}

/// Mails by Postfix' smtp-source: to us, and to Postfix' own smtp-sink, which keeps nothing.
struct MailLoad {
    let site: BenchSite
    let source: String
    let sink: String

    func ours(count: Int, sessions: Int) async throws -> Double { try await send(count, sessions, to: site.mailPort) }

    func peer(count: Int, sessions: Int) async throws -> Double {
        let process = Process()
        process.executableURL = URL(filePath: sink)
        let peers = ProcessInfo.processInfo.environment["PARLEY_PEERS"] ?? ""
        process.environment = ["LD_LIBRARY_PATH": "\(peers)/usr/lib/postfix"]
        process.arguments = (getuid() == 0 ? ["-u", "nobody"] : []) + ["127.0.0.1:\(site.sinkPort)", "128"]
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try await Task.sleep(for: .milliseconds(300))
        return try await send(count, sessions, to: site.sinkPort)
    }

    /// `-N` puts a number before each recipient, so that every mail is of another pair.
    private func send(_ count: Int, _ sessions: Int, to port: Int) async throws -> Double {
        let run = try await site.run(
            source,
            [
                "-4", "-l", "4000", "-m", "\(count)", "-s", "\(sessions)", "-f", "bob@customer.example", "-N", "-t", "bench@in.example",
                "127.0.0.1:\(port)",
            ])
        return Double(count) / run.seconds
    }
}
