import Foundation

/// How much memory a process holds, as the kernel counts it (`VmRSS` of proc(5)).
enum ResidentSize {
    /// In bytes, once it stands still: two reads in a row, a quarter of a second apart, say the same.
    static func settled(of process: Int32) async throws -> Int {
        var last = try read(process)
        for _ in 0..<120 {
            try await Task.sleep(for: .milliseconds(250))
            let next = try read(process)
            if next == last { return next }
            last = next
        }
        return last
    }

    private static func read(_ process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { throw BenchSite.Problem(description: "the process \(process) says nothing of its memory") }
        return kibibytes * 1024
    }
}

/// How many descriptors this process and those that it starts may have open.
enum DescriptorLimit {
    /// Raises the limit as far as it may be raised, and returns it.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
