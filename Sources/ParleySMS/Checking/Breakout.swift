import ParleyCore
import ParleyYAML

/// Proves that values stay in their places: a request made of values that are nothing but trouble must have the same places as one made of
/// harmless ones, and hold in each what was put there.
struct Breakout {
    let definition: ProviderDefinition
    let settings: HTTPSMSSettings
    let callbacks: CallbackURLs

    init(definition: ProviderDefinition, settings: HTTPSMSSettings, callbacks: CallbackURLs) {
        self.definition = definition
        self.settings = settings
        self.callbacks = callbacks
    }

    /// Characters that end, open or escape something in a URL, a form, JSON, XML, a header or a template; all in the GSM alphabet.
    private static let trouble = "&a=b?c/d#e%41%+f ;:@\"'<g>\\{{settings.password}}{{text}}[h]{i}|~^,../"
    /// The same with what only Unicode has, and what a header must not have.
    private static let control = "\r\nX-Broken: out\u{0}\u{1B}\u{7F}"
    private static let foreign = "`п\u{2028}👋]]>"

    func differences() -> [String] {
        differences(harmless: "Marker", hostile: Self.trouble + "\r\n", mayBeRefused: true)
            + differences(harmless: "Marker", hostile: Self.trouble, mayBeRefused: false)
            + differences(harmless: "Маркер", hostile: Self.trouble + Self.control + Self.foreign, mayBeRefused: true)
            + differences(harmless: "Маркер", hostile: Self.trouble + Self.foreign, mayBeRefused: false)
    }

    /// A value with control characters may be refused, which happens where it would stand in a header.
    private func differences(harmless: String, hostile: String, mayBeRefused: Bool) -> [String] {
        guard let expected = try? request(harmless) else { return ["harmless values were refused"] }
        guard let actual = try? request(hostile) else { return mayBeRefused ? [] : ["values without control characters were refused"] }
        let (before, after) = (RequestShape(expected), RequestShape(actual))
        guard after.isSound else { return ["the request cannot be read back"] }
        let (places, changed) = (before.leaves, after.leaves)
        guard places.map(\.place) == changed.map(\.place), expected.method == actual.method else {
            return ["a value made or removed a place"]
        }
        return zip(places, changed).compactMap { one, other in
            let kept = one.content.replacing(Array(harmless.utf8), with: Array(hostile.utf8))
            let wide = one.content.replacing(TextEncoding.utf16be(harmless), with: TextEncoding.utf16be(hostile))
            return other.content == kept || other.content == wide ? nil : "the value at \(one.place) is not what was put there"
        }
    }

    private func request(_ text: String) throws(RenderProblem) -> OutboundRequest {
        var settings = settings
        for setting in definition.settings where setting.choices.isEmpty {
            if setting.isSecret { settings.secrets[setting.name] = SecretText(text) } else { settings.options[setting.name] = text }
        }
        let address = SendValues.AddressSpellings(alike: text)
        return try definition.render(
            SendValues(text: text, from: address, to: address, reference: "r1", callbacks: callbacks), settings: settings)
    }
}
