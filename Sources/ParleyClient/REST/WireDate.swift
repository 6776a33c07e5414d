import Foundation

/// Dates as the gateway writes them: RFC 3339 in UTC, with or without a fraction of the second.
enum WireDate {
    static func date(_ text: String?) -> Date? {
        guard let text else { return nil }
        let exact = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: exact))
    }
}
