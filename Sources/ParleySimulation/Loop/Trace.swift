import ParleyCore

/// What happened, line by line, and one number over all of it: two runs of one seed have the same.
final class Trace {
    private(set) var lines: [String] = []
    /// FNV-1a over the lines.
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    func note(_ text: String, at now: Instant) {
        let line = "\(Trace.clock(now)) \(text)"
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        lines.append(line)
    }

    /// Time since the beginning, such as `1d 02:03:04.005`.
    private static func clock(_ now: Instant) -> String {
        let total = (now - VirtualClock.beginning).wholeMilliseconds
        let parts = [(total / 3_600_000 % 24, 2), (total / 60000 % 60, 2), (total / 1000 % 60, 2)].map { padded($0.0, $0.1) }
        return "\(total / 86_400_000)d \(parts.joined(separator: ":")).\(padded(total % 1000, 3))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
