import ParleyCore
import Testing

@testable import ParleyAPI

@Suite struct WireDateTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("2026-01-31T12:00:00Z", 1_769_860_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func writtenAsRead(text: String, seconds: Int64) {
        #expect(WireDate.instant(text)?.seconds == seconds)
        #expect(WireDate.text(Instant(seconds: seconds)) == text)
    }

    @Test(arguments: [
        ("2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z"), ("2026-01-31T00:30:00.999-02:00", "2026-01-31T02:30:00Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
    ])
    func zones(text: String, utc: String) {
        #expect(WireDate.instant(text).map(WireDate.text) == utc)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "1969-12-31T23:59:59Z", "٢٠٢٦-01-31T12:00:00Z", "2026-01-31T12:00:00Zx",
        "99999-01-31T12:00:00Z", "2026-01-31T12:00:00.Z",
    ])
    func refused(text: String) {
        #expect(WireDate.instant(text) == nil)
    }
}
