import ParleyClient
import Testing

@Suite struct JSONValueTests {
    @Test func valuesAreEqual() { #expect(JSONValue.array([.integer(1)]) == .array([.integer(1)])) }
}
