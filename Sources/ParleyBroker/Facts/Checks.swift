import Foundation
import ParleyCore

extension Limits {
    /// A name within its limit, or 400/20001 with the parameter's name.
    ///
    /// Such texts stand in mail headers and on one line of lists: line breaks and other control characters are refused.
    func name(_ text: String, _ parameter: String) throws(Refusal) -> String {
        guard text.unicodeScalars.count <= nameCharacters else { throw .invalid(parameter, "longer than \(nameCharacters) characters") }
        return try Limits.line(text, parameter)
    }

    /// A text on one line, or 400/20001 with the parameter's name.
    static func line(_ text: String, _ parameter: String) throws(Refusal) -> String {
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .invalid(parameter, "has a line break or another control character")
        }
        return text
    }

    /// A chat identity within its limit and not empty.
    func identity(_ text: String) throws(Refusal) -> String {
        guard !text.isEmpty else { throw .invalid("Identity", "cannot be empty") }
        return try name(text, "Identity")
    }

    /// JSON within its limit, kept byte for byte. An empty text stands for `{}`.
    func attributes(_ text: String, bytes: Int) throws(Refusal) -> String {
        guard text.utf8.count <= bytes else { throw .attributesTooLong(bytes) }
        guard !text.isEmpty else { return "{}" }
        guard JSONSerialization.isReadable(text) else { throw .attributesNotJSON }
        return text
    }

    /// An author's name, or 400/50310 when it is too long.
    func author(_ text: String) throws(Refusal) -> String {
        guard text.unicodeScalars.count <= nameCharacters else { throw .authorTooLong(nameCharacters) }
        return try name(text, "Author")
    }

    func body(_ text: String) throws(Refusal) -> String {
        guard text.utf8.count <= bodyBytes else { throw .bodyTooLong(bodyBytes) }
        return text
    }
}

extension JSONSerialization {
    fileprivate static func isReadable(_ text: String) -> Bool {
        (try? jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
    }
}

/// The ISO 8601 durations of the contract's timers, such as `PT15M` or `P1DT12H`. Years and months have no fixed length and are not taken.
enum ISODuration {
    private static let longest = Duration.seconds(36_525 * 86_400)

    static func parse(_ text: String) -> Duration? {
        guard
            let match = text.uppercased().wholeMatch(
                of: /P(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)/)
        else { return nil }
        let (_, weeks, days, hours, minutes, seconds) = match.output
        let parts: [(Substring?, Int64)] = [(weeks, 604_800), (days, 86400), (hours, 3600), (minutes, 60), (seconds, 1)]
        guard parts.contains(where: { $0.0 != nil }) else { return nil }
        return .seconds(parts.reduce(Int64(0)) { $0 + (Int64($1.0 ?? "0") ?? 0) * $1.1 })
    }

    /// The text when it is a duration that is long enough; nil when it is empty, which removes the timer.
    static func timer(_ text: String, _ parameter: String, shortest: Duration, otherwise refusal: Refusal) throws(Refusal) -> String? {
        guard !text.isEmpty else { return nil }
        guard let duration = parse(text) else { throw .timerNotISO(parameter) }
        guard duration >= shortest else { throw refusal }
        // The time at which it ends has to be a date that answers can show.
        guard duration <= longest else { throw .invalid(parameter, "longer than 100 years") }
        return text
    }
}
