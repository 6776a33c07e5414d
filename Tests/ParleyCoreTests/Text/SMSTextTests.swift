import ParleyCore
import Testing

@Suite struct SMSTextTests {
    @Test(arguments: [
        ("", SMSText.Encoding.gsm7, 0, 1), ("Hello", .gsm7, 5, 1), ("Grüße @£$", .gsm7, 9, 1), ("€", .gsm7, 2, 1),
        ("[]{}~^|\\", .gsm7, 16, 1),
        ("`", .ucs2, 1, 1), ("ç", .ucs2, 1, 1), ("👋", .ucs2, 2, 1), ("Привет", .ucs2, 6, 1),
        (String(repeating: "a", count: 160), .gsm7, 160, 1),
        (String(repeating: "a", count: 161), .gsm7, 161, 2), (String(repeating: "a", count: 306), .gsm7, 306, 2),
        (String(repeating: "a", count: 307), .gsm7, 307, 3), (String(repeating: "€", count: 80), .gsm7, 160, 1),
        // 76 of them fill 152 of 153 septets; the next would be cut in two.
        (String(repeating: "€", count: 153), .gsm7, 306, 3), (String(repeating: "ж", count: 70), .ucs2, 70, 1),
        (String(repeating: "ж", count: 71), .ucs2, 71, 2), (String(repeating: "👋", count: 67), .ucs2, 134, 3),
    ])
    func textsAreCounted(text: String, encoding: SMSText.Encoding, units: Int, segments: Int) {
        let sms = SMSText(text)
        #expect(sms.encoding == encoding)
        #expect(sms.units == units)
        #expect(sms.segments == segments)
        #expect(SMSText.isGSM7(text) == (encoding == .gsm7))
    }
}
