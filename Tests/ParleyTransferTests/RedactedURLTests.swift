import ParleyTransfer
import Testing

@Suite struct RedactedURLTests {
    @Test(
        arguments: [
            ("https://h.test/a/b?token=s", "https://h.test/a/b"), ("https://u:s@h.test:8/a", "https://h.test:8/a"),
            ("https://u:s@x@h.test/a@b", "https://h.test/a@b"), ("https://h.test#s", "https://h.test"), ("u:s@h.test", "h.test"),
            ("", ""), ("//", "//"), ("https://", "https://"), ("https://h.test/\r\nFORGED", "https://h.test/??FORGED"),
            ("https://u:s\\@h.test/", "https://h.test/"), ("https://h.test?u@s", "https://h.test"),
        ])
    func dropsWhatMayBeSecret(url: String, expected: String) { #expect(RedactedURL(url).description == expected) }
}
