/// The queue id that a relay names when it takes a mail: what its operator searches the log for.
extension SMTPReply {
    var queueID: String? {
        guard code / 100 == 2 else { return nil }
        let words = text.split(separator: " ").map(String.init)
        let lower = words.map { $0.lowercased() }
        // Postfix and many others: "Ok: queued as 4Xabc12345".
        if let queued = zip(lower, lower.dropFirst()).enumerated().first(where: { $0.element == ("queued", "as") })?.offset {
            return words.dropFirst(queued + 2).first.flatMap(Self.cleaned)
        }
        // Exim: "OK id=1rXyZa-0001Ab-2C".
        if let named = words.first(where: { $0.lowercased().hasPrefix("id=") }) { return Self.cleaned(String(named.dropFirst(3))) }
        // Sendmail: "41A0B1C2 Message accepted for delivery".
        if words.count > 2, lower[1] == "message", lower[2] == "accepted" { return Self.cleaned(words[0]) }
        // Amazon SES and others: "Ok 0100018c-1a2b" or "Ok: 1a2b". One word only, with a digit, so that prose is not taken for an id.
        if words.count == 2, lower[0] == "ok" || lower[0] == "ok:", words[1].utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) {
            return Self.cleaned(words[1])
        }
        return nil
    }

    private static func cleaned(_ word: String) -> String? {
        let wrapping = "<>[]().,;:\"'"
        let start = word.drop { wrapping.contains($0) }
        let id = start.reversed().drop { wrapping.contains($0) }.reversed()
        return id.isEmpty ? nil : String(id)
    }
}
