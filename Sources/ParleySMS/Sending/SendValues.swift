import ParleyCore

/// What the variables of a request stand for.
struct SendValues: Sendable {
    var text: String
    var from: AddressSpellings
    var to: AddressSpellings
    var reference: String
    var idempotencyKey: String
    var part: TextPart
    var media: [OutboundMedium]
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

    init(
        text: String, from: AddressSpellings, to: AddressSpellings, reference: String, idempotencyKey: String, part: TextPart = .whole,
        media: [OutboundMedium] = [], callbacks: CallbackURLs
    ) {
        self.text = text
        self.from = from
        self.to = to
        self.reference = reference
        self.idempotencyKey = idempotencyKey
        self.part = part
        self.media = media
        self.callbacks = callbacks
    }

    /// The value of a variable as text; nil for what has none here, such as an address of a medium outside of `each: media`.
    ///
    /// - Parameter medium: the medium that the value is about, within `each: media`.
    func value(_ variable: TextTemplate.MessageVariable, medium: OutboundMedium?) -> String? {
        switch variable {
        case .text, .textUTF16BE, .textGSM7: text
        case .textUTF16BEHex: Hexadecimal.encode(TextEncoding.utf16be(text))
        case .textGSM7Hex: SMSText.gsm7(text).map(Hexadecimal.encode)
        case .fromE164: from.e164
        case .fromDigits: from.digits
        case .fromAsWritten: from.asWritten
        case .toE164: to.e164
        case .toDigits: to.digits
        case .toAsWritten: to.asWritten
        case .reference: reference
        case .idempotencyKey: idempotencyKey
        case .partNumber: String(part.number)
        case .partTotal: String(part.total)
        case .partReference: String(part.reference)
        case .partHeaderHex: part.headerHex
        case .mediaURL: medium?.url
        case .mediaContentType: medium?.contentType
        case .mediaFilename: medium?.filename
        case .inboundURL: callbacks.inbound
        case .receiptsURL: callbacks.receipts
        }
    }

    /// The bytes of a variable that stands alone; nil when the text is not in the alphabet.
    func bytes(_ variable: TextTemplate.MessageVariable) -> [UInt8]? {
        switch variable {
        case .textUTF16BE: TextEncoding.utf16be(text)
        case .textGSM7: SMSText.gsm7(text)
        default: nil
        }
    }
}

/// A medium as the provider is told of it.
struct OutboundMedium: Sendable, Hashable {
    var url: String
    var contentType: String
    var filename: String?
}

/// Which part of a text a request carries, where the gateway cuts texts itself.
struct TextPart: Sendable, Hashable {
    /// From 1.
    var number: Int
    var total: Int
    /// What the parts of one text share, 0 to 255.
    var reference: UInt8

    static let whole = TextPart(number: 1, total: 1, reference: 0)

    /// The header that joins the parts (3GPP TS 23.040 §9.2.3.24.1), empty for a text of one part.
    var headerHex: String {
        total == 1 ? "" : Hexadecimal.encode([5, 0, 3, reference, UInt8(clamping: total), UInt8(clamping: number)])
    }
}
