import ParleyMailWire
import Testing

/// File names that strangers give, made safe.
@Suite struct AttachmentNameTests {
    @Test(
        arguments: [
            ("filename=\"report.pdf\"", "report.pdf"), ("filename=report.pdf", "report.pdf"), ("filename=\"../../etc/passwd\"", "passwd"),
            ("filename=\"C:\\\\Users\\\\a\\\\b.doc\"", "b.doc"), ("filename*=utf-8''%C3%A4%0D%0Ab.txt", "äb.txt"),
            ("filename*=utf-8''%E2%80%AEgpj.exe", "gpj.exe"), ("filename=\"=?utf-8?B?w6QudHh0?=\"", "ä.txt"), ("filename=\"..\"", nil),
            ("filename=\"\"", nil), ("filename=\".htaccess\"", "htaccess"), ("filename=\"a.txt. . \"", "a.txt"),
            ("filename=\"a<b>:c?.txt\"", "a_b__c_.txt"),
            ("filename=\"con.txt\"", "_con.txt"), ("filename=\"LPT1\"", "_LPT1"), ("filename=\"/\"", nil), ("x=y", nil),
            ("filename*=iso-8859-1''%FC.txt", "ü.txt"), ("filename=\"=?utf-8?B?w7w=?=\r\n =?utf-8?B?w7wudHh0?=\"", "üü.txt"),
        ] as [(String, String?)])
    func sanitized(_ parameter: String, _ expected: String?) {
        let mail = ParsedMail(
            Fixtures.part("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; \(parameter)", [0x78]))
        #expect(mail.attachments.first?.filename == expected)
        #expect(mail.attachments.count == 1)
    }

    @Test func longNamesKeepTheirExtension() throws {
        let name = String(repeating: "ä", count: 300) + ".pdf"
        let encoded = name.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
        let mail = ParsedMail(Fixtures.part("Content-Type: a/b\r\nContent-Disposition: attachment; filename*=utf-8''\(encoded)", [0x78]))
        let filename = try #require(mail.attachments.first?.filename)
        #expect(filename.utf8.count <= 200 && filename.hasSuffix("ä.pdf"))
    }
}
