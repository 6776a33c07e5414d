extension Duration {
    /// Whole milliseconds, rounded up, between 1 and about 24 days: libcurl reads 0 as "for ever", and a huge value must not overflow its
    /// `long`.
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        guard seconds >= 0 else { return 1 }
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
