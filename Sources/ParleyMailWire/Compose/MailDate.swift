/// Dates of RFC 5322 §3.3, written in UTC.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 22 Nov 2026 13:23:09 +0000`, or nil outside the years 1970 to 9999.
    static func text(_ epoch: Int64) -> String? {
        guard (0..<253_402_300_800).contains(epoch) else { return nil }
        let day = Int(epoch / 86_400)
        let second = Int(epoch % 86_400)
        // Days to a date by the method of "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras are 400 years.
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = (marchMonth + 2) % 12
        let year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)
        let time = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(days[day % 7]), \(dayOfMonth < 10 ? "0" : "")\(dayOfMonth) \(months[month]) \(year) \(time) +0000"
    }
}
