import ParleyCore
import ParleyYAML

/// Reads `capabilities`.
struct CapabilityReader {
    let top: MappingReader

    init(_ top: MappingReader) { self.top = top }

    struct Found {
        var addresses = ProviderDefinition.AddressForms(to: [.e164], from: [.e164])
        var longest: TextLimit?
        var isCutHere = false
        var media: ProviderDefinition.MediaLimits?
        var receipts = false
        var dropsRepeats = false
    }

    private enum Splitting: String, CaseIterable {
        case provider
        case gateway
    }

    func read() -> Found {
        var found = Found()
        guard let reader = top.required("capabilities", { $0.mapping("capabilities") }) else { return found }
        if let addresses = reader.mapping("addresses") {
            found.addresses.to = forms(addresses, "to")
            found.addresses.from = forms(addresses, "from")
        }
        if let text = reader.mapping("text") {
            found.isCutHere = text.choice("splitting", default: Splitting.provider) == .gateway
            found.longest = TextLimit.read(text, "longest")
            if found.isCutHere, found.longest?.unit == .characters {
                text.problem("must be in segments where the gateway cuts texts", at: "longest")
            }
        }
        if let node = reader.node("media"), node.text != "none" { found.media = reader.mapping("media").map(media) }
        found.receipts = reader.bool("receipts", default: false)
        found.dropsRepeats = reader.bool("idempotency_key", default: false)
        return found
    }

    private func media(_ reader: MappingReader) -> ProviderDefinition.MediaLimits {
        let kinds = reader.required("kinds") { $0.strings("kinds") } ?? []
        for kind in kinds where kind.wholeMatch(of: /[a-z0-9*.+-]+\/[a-z0-9*.+-]+/) == nil {
            reader.problem("`\(kind)` is no MIME type such as image/jpeg or image/*", at: "kinds")
        }
        let each = reader.bytes("each", default: .max)
        _ = reader.required("by") { $0.choice("by", among: ["url"]) }
        return ProviderDefinition.MediaLimits(
            kinds: kinds, count: reader.int("count", default: 1, in: 1...100), each: each, total: reader.bytes("total", default: .max))
    }

    private func forms(_ reader: MappingReader, _ key: String) -> Set<ProviderDefinition.AddressForms.Form> {
        let known = ProviderDefinition.AddressForms.Form.allCases
        guard let words = reader.strings(key) else { return [.e164] }
        return Set(
            words.compactMap { word in
                if let form = known.first(where: { $0.rawValue == word }) { return form }
                reader.problem("unknown form `\(word)`; \(Spelling.advice(for: word, among: known.map(\.rawValue)))", at: key)
                return nil
            })
    }
}

extension TextLimit {
    /// A limit such as `1600 characters`; nil when it is not written, or is none.
    static func read(_ reader: MappingReader, _ key: String) -> TextLimit? {
        guard let text = reader.string(key) else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int(words[0]), count > 0, let unit = Unit(rawValue: String(words[1])) else {
            reader.problem("expected a limit such as 1600 characters or 10 segments", at: key)
            return nil
        }
        return TextLimit(count: count, unit: unit)
    }
}
