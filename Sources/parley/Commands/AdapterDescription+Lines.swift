import ParleyCore

/// The same in words for a terminal.
extension AdapterDescription {
    /// A name and what there is to say; nil says nothing.
    var lines: [(String, String?)] {
        var lines: [(String, String?)] = [
            ("adapter", entry.name), ("type", entry.type), ("provider", entry.provider), ("title", facts.providerTitle),
            ("verified", verified), ("channel", entry.channel), ("addresses", entry.addresses.joined(separator: " ")),
            ("recipients", list(facts.recipients)), ("senders", list(facts.senders)), ("text", typography),
            ("encodings", list(facts.text?.encodings ?? [], ", ")), ("longest text", longest), ("segments", segments), ("media", media),
            ("receipts", receipts),
        ]
        lines += sending + consent
        lines += [("relay", entry.relay), ("mail listener", entry.listener)]
        for url in entry.callbacks { lines.append(("callback", url)) }
        lines += proofs
        for setting in facts.settings {
            lines.append(("setting", "\(setting.name) = \(setting.value)\(setting.isDefault ? " (the default)" : "")"))
        }
        return lines
    }

    private func list(_ words: [String], _ separator: String = " ") -> String? {
        words.isEmpty ? nil : words.joined(separator: separator)
    }

    private var verified: String? {
        guard let date = facts.providerVerified, let page = facts.providerDocumentation else { return nil }
        return "\(date), with \(page)"
    }

    private var typography: String? {
        guard entry.channel == Channel.sms.rawValue else { return nil }
        guard facts.replacesTypography else { return "as written" }
        return "typographic characters become plain ones where the text then fits the GSM alphabet"
    }

    private var longest: String? {
        guard let text = facts.text else { return nil }
        guard let count = text.longest, let unit = text.longestUnit else {
            return "no limit is known: it goes whole, and the provider splits it"
        }
        guard text.splitting == "gateway" else {
            let numbered = "up to \(text.numberedMax ?? 0) messages that begin with their number, such as (1/3)"
            return "\(count) \(unit), which the provider splits; beyond, \(numbered); what needs more is refused, and nothing of it leaves"
        }
        let (gsm7, ucs2) = (SMSText.Encoding.gsm7.part(.octet), SMSText.Encoding.ucs2.part(.octet))
        let whole = entry.mediaTypes.isEmpty ? "" : "; beside media it goes whole"
        return "\(count) \(unit), cut here into parts of \(gsm7) septets or \(ucs2) code units, which the phone joins; "
            + "what needs more is refused, and nothing of it leaves\(whole)"
    }

    private var segments: String? {
        guard let count = facts.segmentsMax else { return nil }
        guard facts.beyondSegments == AdapterProfile.TextBound.Beyond.link.rawValue else {
            return "\(count) at most; a longer text leaves as messages that begin with their number"
        }
        let life = Self.words(facts.mediaLinkSeconds)
        return "\(count) at most; a longer text is cut and ends with a signed link to the whole, good for \(life)"
    }

    private var media: String {
        let life = Self.words(facts.mediaLinkSeconds)
        guard !entry.mediaTypes.isEmpty else {
            return "none; media are sent as signed links in the text, good for \(life)"
        }
        let fetched = facts.mediaByLink ? ", by links that the provider fetches" : ""
        let failing = facts.mediaBytesFailBeyond.map { "; more than \($0) bytes together fail" } ?? ""
        return "\(entry.mediaTypes.joined(separator: " ")), \(entry.mediaCountMax) at most, \(sizes)\(fetched)\(failing); "
            + "others as signed links in the text; links are good for \(life)"
    }

    private var sizes: String {
        let limits = [entry.mediaBytesMax.map { "\($0) bytes each" }, entry.mediaBytesTotalMax.map { "\($0) bytes together" }]
        let words = limits.compactMap(\.self).joined(separator: ", ")
        return words.isEmpty ? "of any size" : words
    }

    private var sending: [(String, String?)] {
        let retries = facts.retries
        let delays = retries.delaysSeconds.map(Self.words)
        let unknown = "\(entry.whenUnknown) after \(Self.words(retries.unknownGraceSeconds)) without a receipt"
        let isRetried = entry.whenUnknown == AdapterProfile.WhenUnknown.retry.rawValue
        return [
            (
                "repeats",
                facts.dropsRepeats
                    ? "the provider drops a request that repeats the idempotency key of another"
                    : "not recognised: a person may get a message twice, whose delivery is flagged possible_duplicate"
            ),
            ("validity", "\(entry.validitySeconds) s, then what has not left fails"),
            (
                "order",
                facts.laneOrder == "strict"
                    ? "strict: a deferred message holds up its pair" : "first attempts: a deferred mail is overtaken"
            ),
            ("concurrency", "\(entry.concurrency)"), ("rate", entry.ratePerSecond.map(rate)),
            ("rate per address", entry.ratePerProxyPerSecond.map(rate)), ("who is first", "who has spoken and was sent nothing since"),
            ("route", route),
            (
                "retries",
                "after \(delays.joined(separator: ", ")), then every \(delays.last ?? ""), each up to a tenth longer, until the validity ends"
            ),
            ("unknown sender", entry.unknownSender),
            ("unknown answer", isRetried ? "\(unknown); after \(retries.unknownAttemptsMax) in a row the delivery is held" : unknown),
            ("loop guard", facts.loopGuard.map { "\($0.count) messages of one pair in \(Self.words($0.windowSeconds))" } ?? "none"),
        ]
    }

    private func rate(_ count: Double) -> String { "\(count) \(entry.rateUnit) per second" }

    private var receipts: String {
        guard entry.receipts else { return "none: a delivery ends as sent" }
        return entry.noReceiptAfterSeconds.map { "yes; what has none after \(Self.words($0)) is flagged no_receipt" } ?? "yes"
    }

    private var route: String? {
        guard let route = entry.route, let place = route.adapters.firstIndex(of: entry.name) else { return nil }
        let order = "\(route.name): \(route.adapters.joined(separator: ", then "))"
        guard place + 1 < route.adapters.count else { return "\(order); this is the last" }
        let time = route.failOverAfterSeconds.map { ["not taken within \(Self.words($0))"] } ?? []
        return "\(order); a delivery goes on when: \((route.failOverOn + time).joined(separator: ", "))"
    }

    private var consent: [(String, String?)] {
        let consent = facts.consent
        let words = consent.looksForWords ? "words of \(list(consent.languages, ", ") ?? "no language")" : "no words are looked for"
        return [
            ("consent", words), ("stop words", list(consent.stop, ", ")), ("start words", list(consent.start, ", ")),
            ("help words", list(consent.help, ", ")),
            ("confirmations", list(consent.confirmed, ", ").map { "of \($0): whoever says so is sent a text, once in 24 h" }),
            (
                "a stop",
                "nothing more leaves from that address to that person, and deliveries fail with \(consent.stopErrorCode), until a start"
            ),
        ]
    }

    private var proofs: [(String, String?)] {
        func text(_ proof: Facts.Proof) -> String { "\(proof.method)\(proof.isSignature ? ", a signature," : "") with \(proof.key)" }
        let tried = facts.proofs.filter(\.isTried).map(text)
        let untried = facts.proofs.filter { !$0.isTried }.map(text)
        return [
            ("callback proof", list(tried, "; or ")),
            ("not tried", untried.isEmpty ? nil : "\(untried.joined(separator: "; ")): the setting has no value"),
        ]
    }

    /// A number of seconds in the largest unit that leaves no rest.
    private static func words(_ seconds: Int) -> String {
        let units = [(86_400, "days"), (3600, "h"), (60, "min")]
        guard let (size, name) = units.first(where: { seconds > 0 && seconds % $0.0 == 0 && (seconds > $0.0 || $0.1 != "days") }) else {
            return "\(seconds) s"
        }
        return "\(seconds / size) \(name)"
    }
}
