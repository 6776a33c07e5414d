import ParleyCore

/// Dates as the contract writes them: `2026-01-31T12:00:00Z`, never with fractions, for clients that know no other form.
enum WireDate {
    static func text(_ instant: Instant) -> String {
        let (days, second) = instant.seconds.quotientAndRemainder(floor: 86400)
        let (year, month, day) = civil(days)
        return
            "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
    }

    /// With milliseconds, as exports and the realtime feed write it: `2026-01-31T12:00:00.000Z`.
    static func precise(_ instant: Instant) -> String {
        "\(text(instant).dropLast()).\(pad(instant.milliseconds - instant.seconds * 1000, 3))Z"
    }

    /// Reads a date with a time and a zone (ISO 8601, RFC 3339 §5.6), from 1970 to 9999. Digits beyond milliseconds are dropped.
    static func instant(_ text: String) -> Instant? {
        guard
            let match = text.wholeMatch(
                of: /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+\-])(\d\d):(\d\d))/.asciiOnlyDigits())
        else { return nil }
        let (_, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute) = match.output
        guard let start = midnight(year, month, day) else { return nil }
        let clock = [hour, minute, second, zoneHour ?? "0", zoneMinute ?? "0"].map { Int64($0) ?? 99 }
        guard clock[0] < 24, clock[1] < 60, clock[2] < 60, clock[3] < 24, clock[4] < 60 else { return nil }
        let zone = (clock[3] * 60 + clock[4]) * (sign == "-" ? -60 : 60)
        let milliseconds = fraction.map { Int64(($0 + "000").prefix(3)) ?? 0 } ?? 0
        let seconds = start + clock[0] * 3600 + clock[1] * 60 + clock[2] - zone
        guard seconds >= 0 else { return nil }
        return Instant(milliseconds: seconds * 1000 + milliseconds)
    }

    /// Midnight (UTC) of a date alone, such as `2026-01-31`.
    static func day(_ text: String) -> Instant? {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)/.asciiOnlyDigits()) else { return nil }
        return midnight(match.output.1, match.output.2, match.output.3).map(Instant.init(seconds:))
    }

    private static func midnight(_ year: Substring, _ month: Substring, _ day: Substring) -> Int64? {
        guard let year = Int64(year), let month = Int64(month), let day = Int64(day), year >= 1970, (1...12).contains(month), day >= 1
        else {
            return nil
        }
        let days = days(year, month, day)
        // A day that its month does not have comes back as another one.
        guard civil(days) == (year, month, day) else { return nil }
        return days * 86400
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, by counting from 1 March of year 0 in eras of 400 years.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainder(floor: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(floor: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}

extension Int64 {
    /// Division that rounds down, so that times before 1970 fall on the right day.
    fileprivate func quotientAndRemainder(floor divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
