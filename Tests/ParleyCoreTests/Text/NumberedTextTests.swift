import ParleyCore
import Testing

@Suite struct NumberedTextTests {
    @Test func aTextWithinTheLimitHasNoNumber() {
        #expect(SMSText.numbered("Hi", limit: TextLimit(count: 2, unit: .characters)) == ["Hi"])
        #expect(SMSText.numbered(String(repeating: "a", count: 160), limit: TextLimit(count: 1, unit: .segments))?.count == 1)
    }

    @Test func whatCannotBeNumberedIsRefused() {
        #expect(SMSText.numbered("much longer", limit: TextLimit(count: 6, unit: .characters)) == nil)
        #expect(SMSText.numbered(String(repeating: "a", count: 99 * 14), limit: TextLimit(count: 20, unit: .characters)) == nil)
    }

    /// Whatever the text: every message is within the limit, and without their numbers they are the text again.
    @Test(arguments: 0..<200)
    func theyAreTheTextAgain(seed: UInt64) throws {
        var random = IdentifierStream(seed: seed)
        let pieces = ["a", "b ", "€", "ß", "\n", "word ", "👋", "👨‍👩‍👧", "é", "{x}", "ж", "  "]
        let kinds = Bool.random(using: &random) ? 6 : pieces.count
        let text = (0..<Int.random(in: 1...900, using: &random)).map { _ in pieces[Int.random(in: 0..<kinds, using: &random)] }.joined()
        let limit =
            Bool.random(using: &random)
            ? TextLimit(count: Int.random(in: 60...300, using: &random), unit: .characters)
            : TextLimit(count: Int.random(in: 1...4, using: &random), unit: .segments)
        let messages = try #require(SMSText.numbered(text, limit: limit))
        for message in messages { #expect(limit.holds(message)) }
        guard messages.count > 1 else { return #expect(messages == [text]) }
        var joined = ""
        for (index, message) in messages.enumerated() {
            let number = "(\(index + 1)/\(messages.count)) "
            #expect(message.utf8.starts(with: number.utf8))
            joined += String(decoding: message.utf8.dropFirst(number.utf8.count), as: UTF8.self)
        }
        #expect(joined == text && joined.utf8.elementsEqual(text.utf8))
    }

    @Test func theGSMAlphabetGoesBothWays() {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(scalar)
            guard let bytes = SMSText.gsm7(text) else {
                #expect(!SMSText.isGSM7(text))
                continue
            }
            #expect(SMSText.text(gsm7: bytes) == (text, true) && bytes.count == SMSText(text).units && bytes.allSatisfy { $0 < 0x80 })
        }
        #expect(SMSText.gsm7("@£ é€") == [0x00, 0x01, 0x20, 0x05, 0x1B, 0x65])
        #expect(SMSText.text(gsm7: [0x1B, 0x41]) == (" ", false))
        #expect(SMSText.text(gsm7: [0x41, 0x1B]) == ("A", false))
    }
}

@Suite struct CarrierIDComparisonTests {
    @Test(arguments: [
        (CarrierIDComparison.exact, "07", "7", false), (.exact, "07", "07", true), (.ignoreLeadingZeros, "07", "7", true),
        (.ignoreLeadingZeros, "7", "007", true), (.ignoreLeadingZeros, "7", "70", false), (.ignoreLeadingZeros, "0", "0", true),
        (.hexOrDecimal, "255", "FF", true), (.hexOrDecimal, "ff", "255", true), (.hexOrDecimal, "FF", "ff", true),
        (.hexOrDecimal, "256", "255", false),
    ])
    func candidates(comparison: CarrierIDComparison, receipt: String, known: String, isSame: Bool) {
        #expect(comparison.candidates(receipt).contains(known) == isSame)
    }
}
