/// Durations, sizes and rates with their units.
extension MappingReader {
    /// A duration such as `500ms`, `30s`, `5 min`, `4h` or `3d`.
    public func duration(_ key: String) -> Duration? {
        guard let text = node(key)?.expectText("a duration") else { return nil }
        guard let duration = Units.duration(text) else {
            problem("expected a duration such as 500ms, 30s, 5m, 4h or 3d", at: key)
            return nil
        }
        return duration
    }

    public func duration(_ key: String, default fallback: Duration) -> Duration { duration(key) ?? fallback }

    /// A size such as `600 KB` (1000 bytes each) or `32 MiB` (1024 bytes each), in bytes.
    public func bytes(_ key: String) -> Int? {
        guard let text = node(key)?.expectText("a size") else { return nil }
        guard let bytes = Units.bytes(text) else {
            problem("expected a size such as 600 KB or 32 MiB", at: key)
            return nil
        }
        return bytes
    }

    public func bytes(_ key: String, default fallback: Int) -> Int { bytes(key) ?? fallback }

    /// A count per time such as `50/s` or `20/60s`.
    public func rate(_ key: String) -> (count: Int, per: Duration)? {
        guard let text = node(key)?.expectText("a count per time") else { return nil }
        guard let rate = Units.rate(text) else {
            problem("expected a count per time such as 50/s or 20/60s", at: key)
            return nil
        }
        return rate
    }
}

/// Numbers with units, as people write them in settings.
public enum Units {
    private static let milliseconds: [String: Int64] = [
        "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    private static let sizes: [String: Int] = [
        "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
    ]
    /// Longer durations than ten years are taken for a mistake.
    private static let millisecondsMax: Int64 = 3650 * 86_400_000

    /// A duration such as `500ms`, `30s`, `5 min`, `4h` or `3d`; nil for anything else.
    public static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text), let factor = milliseconds[unit] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, product <= millisecondsMax else { return nil }
        return .milliseconds(product)
    }

    /// A size in bytes; nil for anything that is none.
    public static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = split(text), let factor = sizes[unit] else { return nil }
        let (product, overflow) = Int(number).multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// A positive count per time such as `50/s` or `20/60s`; nil for anything else.
    public static func rate(_ text: String) -> (count: Int, per: Duration)? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let (count, unit) = split(String(parts[0])), unit.isEmpty, count > 0 else { return nil }
        let time = String(parts[1])
        guard let per = duration(time) ?? duration("1" + time), per > .zero else { return nil }
        return (Int(count), per)
    }

    private static func split(_ text: String) -> (number: Int64, unit: String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        return (number, String(text.dropFirst(digits.count).drop { $0 == " " }))
    }
}
