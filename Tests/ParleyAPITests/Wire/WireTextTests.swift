import Foundation
import ParleyCore
import Testing

@testable import ParleyAPI

@Suite struct WireTextTests {
    @Test func jsonKeepsTheOrderOfMembersAndEscapes() throws {
        let value: JSON = ["b": .integer(1), "a": [:], "c": .array([.null, .bool(true)]), "d": .string("\"\\\n\r\t\u{1}\u{1F}é🙂\u{7F}")]
        let text = String(decoding: value.bytes, as: UTF8.self)
        #expect(text == #"{"b": 1, "a": {}, "c": [null, true], "d": "\"\\\n\r\t\u0001\u001fé🙂\#u{7F}"}"#)
        let read = try JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any]
        #expect(read?["d"] as? String == "\"\\\n\r\t\u{1}\u{1F}é🙂\u{7F}")
    }

    @Test(
        arguments: [
            (nil, "attachment"), ("", "attachment"), ("../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"),
            ("a\"\r\nX: y", "attachment; filename=\"a___X_ y\"; filename*=UTF-8''a%22%0D%0AX%3A%20y"),
            ("C:\\x\\y.txt", "attachment; filename=\"y.txt\"; filename*=UTF-8''y.txt"),
            ("/", "attachment"),
        ] as [(String?, String)])
    func filenames(name: String?, header: String) {
        #expect(ContentDisposition.attachment(name) == header)
    }

    @Test func parameters() throws {
        let form = try Parameters("a=1+2&b=%2B&c&&d==&%C3%A4=x&B=2".utf8)
        #expect(try form.text("a") == "1 2")
        #expect(try form.text("b") == "+")
        #expect(try form.text("c") == "")
        #expect(try form.text("d") == "=")
        #expect(try form.text("ä") == "x")
        #expect(try form.text("B") == "2")
        #expect(try form.text("e") == nil)
    }

    @Test(arguments: ["%", "%1", "%zz", "%FF", "%C0%80", "%ED%A0%80", "%00"])
    func whatIsNoTextIsRefusedByName(value: String) {
        #expect(throws: Refusal.invalid("Some.Name", "expected percent-encoded UTF-8 without NUL")) {
            try Parameters("Some.Name=\(value)".utf8)
        }
        #expect(throws: Refusal.invalid("value", "expected percent-encoded UTF-8 without NUL")) { try Parameters("a%0Db=\(value)".utf8) }
    }
}
