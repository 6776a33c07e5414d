import ParleyCore
import ParleyEmail
import ParleyMock
import ParleySMS
import ParleyYAML

/// One adapter of the section `adapters`: what every adapter has, and what its type adds.
struct AdapterSettings {
    enum Kind {
        case mock(MockSettings)
        case httpSMS(HTTPSMSSettings)
        case smtp(SMTPSettings)
    }

    var name: String
    var profile: AdapterProfile
    var kind: Kind
    private let reader: MappingReader

    static let types = ["mock", "http-sms", "smtp"]

    /// Reads an adapter. What is wrong goes to the file's problems; nil when the adapter cannot be used.
    init?(name: String, node: SettingsNode, definitions: [String: ProviderDefinition]) {
        guard let reader = MappingReader(node) else { return nil }
        self.name = name
        self.reader = reader
        defer { reader.finish() }
        if name.wholeMatch(of: /[a-z0-9][a-z0-9_-]{0,31}/) == nil {
            reader.problem("expected a name of up to 32 lower-case letters, digits, - and _, since it stands in URLs")
        }
        let type = reader.required("type") { $0.choice("type", among: AdapterSettings.types) }
        let addresses = AdapterSettings.addresses(reader)
        let mock = type == "mock" ? MockSettings(reading: reader) : MockSettings()
        let channel = type == "smtp" ? .email : mock.channel
        for pattern in addresses where pattern.text.contains("@") != (channel == .email) {
            reader.problem("`\(pattern)` is no address of the channel \(channel.rawValue)", at: "addresses")
        }
        var profile = AdapterProfile(name: name, type: type ?? "", channel: channel, addresses: addresses)
        AdapterSettings.readCommon(reader, into: &profile)
        switch type {
        case "mock":
            profile.capabilities = mock.capabilities
            kind = .mock(mock)
        case "http-sms":
            guard let sms = HTTPSMSSettings(reader, providers: definitions) else { return nil }
            profile.capabilities = sms.definition.capabilities
            kind = .httpSMS(sms)
        case "smtp":
            guard let mail = SMTPSettings(reader) else { return nil }
            profile.capabilities = SMTPGateway.capabilitiesDefault
            kind = .smtp(mail)
        default: return nil
        }
        self.profile = profile
    }

    private static func addresses(_ reader: MappingReader) -> [AddressPattern] {
        guard let texts = reader.required("addresses", { $0.strings("addresses") }) else { return [] }
        if texts.isEmpty { reader.problem("expected at least one proxy address", at: "addresses") }
        return texts.compactMap { text in
            do {
                return try AddressPattern(text)
            } catch {
                reader.problem("`\(text.prefix(40))` \(error)", at: "addresses")
                return nil
            }
        }
    }

    private static func readCommon(_ reader: MappingReader, into profile: inout AdapterProfile) {
        if let country = reader.string("country"), country.wholeMatch(of: /[A-Z]{2}/) == nil {
            reader.problem("expected an ISO 3166 code of two capitals such as US", at: "country")
        }
        profile.validity = reader.duration("validity") ?? profile.validity
        profile.concurrency = reader.int("concurrency", default: profile.concurrency, in: 1...1000)
        profile.rate = reader.rate("rate").map(perSecond)
        profile.ratePerProxy = reader.rate("rate_per_proxy").map(perSecond)
        if profile.channel == .sms { profile.rateUnit = reader.choice("rate_unit", default: profile.rateUnit) }
        if reader.string("no_receipt_after") == "none" {
            profile.noReceiptAfter = nil
        } else {
            profile.noReceiptAfter = reader.duration("no_receipt_after") ?? profile.noReceiptAfter
        }
        profile.unknownSender = reader.choice("unknown_sender", default: profile.unknownSender)
        profile.whenUnknown = reader.choice("when_unknown", default: profile.whenUnknown)
        if reader.string("loop_guard") == "none" {
            profile.loopGuard = nil
        } else if let rate = reader.rate("loop_guard") {
            profile.loopGuard = AdapterProfile.LoopGuard(count: rate.count, window: rate.per)
        }
        if profile.channel == .sms {
            profile.replacesTypography = reader.bool("smart_replacement", default: false)
            profile.textBound = textBound(reader)
            readConsent(reader, into: &profile)
        }
    }

    private static func perSecond(_ rate: (count: Int, per: Duration)) -> Double {
        Double(rate.count) / (Double(rate.per.wholeMilliseconds) / 1000)
    }

    /// How long a text may be, and what happens with a longer one.
    private static func textBound(_ reader: MappingReader) -> AdapterProfile.TextBound? {
        guard let text = reader.mapping("text") else { return nil }
        let segmentsMax = text.int("segments_max", in: 1...SMSText.partsMax)
        let beyond = text.choice("beyond", default: AdapterProfile.TextBound.Beyond.split)
        return segmentsMax.map { AdapterProfile.TextBound(segmentsMax: $0, beyond: beyond) }
    }

    /// The words by which people stop messages, and what they are told: `none`, or languages with words of one's own.
    private static func readConsent(_ reader: MappingReader, into profile: inout AdapterProfile) {
        profile.consentWords = ConsentWords()
        guard let node = reader.node("consent") else { return }
        profile.consentWords = nil
        if node.text == "none" { return }
        guard node.pairs != nil else {
            let expected = "none, or { languages: [en], stop: […], start: […], help: […], except: […], confirm: { stop: … } }"
            return reader.problem("expected \(expected)", at: "consent")
        }
        guard let consent = reader.mapping("consent") else { return }
        let languages = consent.strings("languages") ?? ["en"]
        let known = ConsentWords.families.keys.sorted()
        for language in languages where !known.contains(language) {
            consent.problem("unknown language `\(language)`; \(Spelling.advice(for: language, among: known))", at: "languages")
        }
        var more: [ConsentWord: [String]] = [:]
        for word in ConsentWord.allCases { more[word] = consent.strings(word.rawValue) }
        profile.consentWords = ConsentWords(languages: languages, more: more, except: consent.strings("except") ?? [])
        if let confirm = consent.mapping("confirm") { profile.confirmations = confirmations(confirm) }
    }

    /// In characters: three messages of SMS in the GSM alphabet.
    private static let confirmationCharactersMax = 3 * SMSText.Encoding.gsm7.part(.octet)

    private static func confirmations(_ reader: MappingReader) -> [ConsentWord: String] {
        var texts: [ConsentWord: String] = [:]
        for word in ConsentWord.allCases {
            guard let text = reader.string(word.rawValue) else { continue }
            if text.isEmpty || text.count > confirmationCharactersMax {
                reader.problem("expected a text of 1 to \(confirmationCharactersMax) characters", at: word.rawValue)
            }
            texts[word] = text
        }
        return texts
    }

    /// A proxy address belongs to one adapter, or to those of one route: two others that would serve the same are both shown.
    static func refuseSharedAddresses(_ adapters: [AdapterSettings], besides routes: [AdapterRoute]) {
        var owners: [String: AdapterSettings] = [:]
        for adapter in adapters {
            for pattern in adapter.profile.addresses {
                let key = pattern.isExact ? (try? Address(pattern.text))?.key ?? pattern.text : pattern.text.lowercased()
                if let other = owners[key] {
                    if routes.contains(where: { $0.adapters.contains(other.name) && $0.adapters.contains(adapter.name) }) { continue }
                    adapter.reader.problem(
                        "`\(pattern)` is served by adapter \(other.name) too (line \(other.reader.line(of: "addresses"))); it must belong to one, or to a route of both",
                        at: "addresses")
                } else {
                    owners[key] = adapter
                }
            }
        }
    }

    var mail: SMTPSettings? {
        if case .smtp(let mail) = kind { mail } else { nil }
    }

    /// The provider's name, for adapters that have one.
    var provider: String? {
        if case .httpSMS(let sms) = kind { sms.definition.name } else { nil }
    }

    var takesCallbacks: Bool { provider != nil }

    /// True when the callback URLs end with the adapter's secret.
    var hasCallbackSecret: Bool {
        if case .httpSMS(let sms) = kind { !sms.callbackSecrets.isEmpty } else { false }
    }

    var listener: ListenAddress? { mail?.inbound.map { ListenAddress(host: $0.host, port: $0.port) } }

    /// True when the provider is on this machine, so that a loopback callback URL reaches us.
    var talksToLoopback: Bool {
        guard case .httpSMS(let sms) = kind else { return false }
        let host = sms.baseURL.split(separator: "/").dropFirst().first?.split(separator: ":").first.map(String.init) ?? ""
        return host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
    }

    /// An address that the adapter serves, for the demonstration.
    func demoAddress(number: UInt32) -> String {
        guard let pattern = profile.addresses.first else { return "" }
        return pattern.isExact ? pattern.text : pattern.text.replacing("*", with: profile.channel == .email ? "support" : "\(number)")
    }
}
