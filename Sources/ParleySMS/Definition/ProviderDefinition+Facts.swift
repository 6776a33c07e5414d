/// What a definition says of its provider, in the format's own words, for whoever wants to know what an adapter can do.
extension ProviderDefinition {
    /// The forms of address that messages go to: `e164`, `alphanumeric`, `short`.
    public var recipientForms: [String] { AddressForms.Form.allCases.filter { addresses.to.contains($0) }.map(\.rawValue) }

    /// The forms of address that messages come from.
    public var senderForms: [String] { AddressForms.Form.allCases.filter { addresses.from.contains($0) }.map(\.rawValue) }

    /// The ways in which requests carry a text. Of several, a request's conditions choose by the text.
    public var textEncodings: [String] {
        let used = Set(requests.flatMap(\.templates).flatMap(\.variables))
        return TextTemplate.MessageVariable.allCases.filter { used.contains(.message($0)) }.compactMap(\.encoding)
    }
}

extension TextTemplate.MessageVariable {
    /// How a variable that is the text carries it; nil for all others.
    fileprivate var encoding: String? {
        switch self {
        case .text: "UTF-8"
        case .textUTF16BE: "UTF-16BE"
        case .textUTF16BEHex: "UTF-16BE in hexadecimal"
        case .textGSM7: "GSM 7-bit, a septet a byte"
        case .textGSM7Hex: "GSM 7-bit in hexadecimal"
        default: nil
        }
    }
}
