import CParleyTime
import Foundation
import ParleyCore

/// A pattern of strptime(3) in the C locale, such as `%Y-%m-%d %H:%M:%S`. Times without a zone in them are UTC.
struct StrptimeFormat: Sendable, Hashable {
    let pattern: String

    init(_ pattern: String) { self.pattern = pattern }

    /// What the directives of a pattern may be; fractions of a second are not read.
    private static let directives = Set("YymdeHIMSpbBaAjTFDRzZnts%")

    /// True when all of it is known.
    var isValid: Bool {
        var rest = pattern[...]
        var hasDirective = false
        while let mark = rest.firstIndex(of: "%") {
            rest = rest[rest.index(after: mark)...]
            guard let directive = rest.first, Self.directives.contains(directive) else { return false }
            hasDirective = true
            rest = rest.dropFirst()
        }
        return hasDirective
    }

    /// Nil when the text does not have the form, or has something behind it.
    func instant(_ text: String) -> Instant? {
        var parts = tm()
        parts.tm_mday = 1
        let end = text.withCString { start in strptime(start, pattern, &parts).map { $0 - UnsafeMutablePointer(mutating: start) } }
        guard let end, end == text.utf8.count else { return nil }
        // timegm overwrites the zone that strptime has read.
        let offset = parts.tm_gmtoff
        let seconds = timegm(&parts)
        guard (0...253_402_300_799).contains(seconds) else { return nil }
        return Instant(seconds: Int64(seconds - offset))
    }
}
