import Foundation
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
        let plain = differences(withMedia: false)
        return plain + (definition.media == nil ? [] : differences(withMedia: true))
    }

    private func differences(withMedia: Bool) -> [String] {
        differences(harmless: "Marker", hostile: Self.trouble + "\r\n", mayBeRefused: true, withMedia)
            + differences(harmless: "Marker", hostile: Self.trouble, mayBeRefused: false, withMedia)
            + differences(harmless: "Маркер", hostile: Self.trouble + Self.control + Self.foreign, mayBeRefused: true, withMedia)
            + differences(harmless: "Маркер", hostile: Self.trouble + Self.foreign, mayBeRefused: false, withMedia)
    }

    /// A value with control characters may be refused, which happens where it would stand in a header or in XML.
    private func differences(harmless: String, hostile: String, mayBeRefused: Bool, _ withMedia: Bool) -> [String] {
        let expected: OutboundRequest
        do { expected = try request(harmless, withMedia) } catch { return ["harmless values were refused: \(error.message)"] }
        guard let actual = try? request(hostile, withMedia) else {
            return mayBeRefused ? [] : ["values without control characters were refused"]
        }
        let (before, after) = (RequestShape(expected), RequestShape(actual))
        guard after.isSound else { return ["the request cannot be read back"] }
        let (places, changed) = (before.leaves, after.leaves)
        guard places.map(\.place) == changed.map(\.place), expected.method == actual.method else {
            return ["a value made or removed a place"]
        }
        return zip(places, changed).compactMap { one, other in
            let kept = one.content.replacing(Array(harmless.utf8), with: Array(hostile.utf8))
            let spellings: [(String) -> [UInt8]] = [
                TextEncoding.utf16be, { Array(Hexadecimal.encode(TextEncoding.utf16be($0)).utf8) }, { SMSText.gsm7($0) ?? [] },
                { Array(Hexadecimal.encode(SMSText.gsm7($0) ?? []).utf8) },
                { Array(Data("\($0.replacing(":", with: "")):\($0)".utf8).base64EncodedString().utf8) },
                { Array($0.replacing(":", with: "").utf8) },
                // A JSON value in a field.
                { Array(JSONValue.string($0).encoded.utf8.dropFirst().dropLast()) },
            ]
            let isKept =
                other.content == kept
                || spellings.contains { spell in
                    let mark = spell(harmless)
                    return !mark.isEmpty && other.content == one.content.replacing(mark, with: spell(hostile))
                }
            return isKept ? nil : "the value at \(one.place) is not what was put there"
        }
    }

    private func request(_ text: String, _ withMedia: Bool) throws(RenderProblem) -> OutboundRequest {
        var settings = settings
        for setting in definition.settings where setting.choices.isEmpty && !setting.isStructure {
            // A user name cannot have a colon (RFC 7617 §2), and is refused with one.
            let value = isUserName(setting.name) ? text.replacing(":", with: "") : text
            if setting.isSecret { settings.secrets[setting.name] = SecretText(value) } else { settings.options[setting.name] = value }
        }
        let address = SendValues.AddressSpellings(alike: text)
        let medium = OutboundMedium(url: text, contentType: text, filename: text)
        return try definition.render(
            SendValues(
                text: text, from: address, to: address, reference: "r1", idempotencyKey: text, media: withMedia ? [medium] : [],
                callbacks: callbacks), settings: settings)
    }

    private func isUserName(_ setting: String) -> Bool {
        definition.requests.contains { request in
            guard case .basic(let user, _)? = request.authorization else { return false }
            return user.variables.contains(.setting(setting))
        }
    }
}
