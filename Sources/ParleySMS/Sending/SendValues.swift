import ParleyCore

/// What the variables of a request stand for.
struct SendValues: Sendable {
    var text: String
    var from: AddressSpellings
    var to: AddressSpellings
    var reference: String
    var callbacks: CallbackURLs

    /// One address in the ways that providers want it.
    struct AddressSpellings: Sendable {
        /// With a plus; senders that are no numbers as they are.
        var e164: String
        /// Without the plus; senders that are no numbers as they are.
        var digits: String
        var asWritten: String

        init(_ address: Address) {
            let isNumber = address.key.hasPrefix("+")
            e164 = isNumber ? address.key : address.text
            digits = isNumber ? address.digits : address.text
            asWritten = address.text
        }

        /// The same text in every way.
        init(alike text: String) {
            e164 = text
            digits = text
            asWritten = text
        }
    }

    init(text: String, from: AddressSpellings, to: AddressSpellings, reference: String, callbacks: CallbackURLs) {
        self.text = text
        self.from = from
        self.to = to
        self.reference = reference
        self.callbacks = callbacks
    }

    func value(_ variable: TextTemplate.MessageVariable) -> String {
        switch variable {
        case .text, .textUTF16BE: text
        case .fromE164: from.e164
        case .fromDigits: from.digits
        case .fromAsWritten: from.asWritten
        case .toE164: to.e164
        case .toDigits: to.digits
        case .toAsWritten: to.asWritten
        case .reference: reference
        case .inboundURL: callbacks.inbound
        case .receiptsURL: callbacks.receipts
        }
    }
}
