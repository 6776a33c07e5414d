import ParleyCore
import Testing

/// Addresses are compared by their canonical keys.
@Suite struct AddressTests {
    @Test(arguments: [
        ("+15551230001", "+15551230001"), ("+1 (555) 123-0001", "+15551230001"), ("12345", "12345"), ("Parley", "parley"),
        ("Bob@Example.COM", "bob@example.com"), ("bob+tag@example.com", "bob+tag@example.com"),
        ("bob@xn--bcher-kva.example", "bob@xn--bcher-kva.example"),
    ])
    func keys(text: String, key: String) throws {
        let address = try Address(text)
        #expect(address.key == key)
        #expect(address.text == text)
    }

    @Test(arguments: [
        "", "+", "+0123456789", "+123", "+1555123000112345", "15551230001", "a@b@c", "@example.com", "bob@", "bob@-x.example",
        "a b@example.com",
        "bob@example.com\r\nRCPT TO:<x@y>", "<bob@example.com>", "bob..x@example.com", "bob@bücher.example", "averylongsender",
        "+1555x230001",
    ])
    func refused(text: String) {
        #expect(throws: AddressProblem.self) { try Address(text) }
    }
}
