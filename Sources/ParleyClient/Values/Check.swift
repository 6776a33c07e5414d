/// What is asked of arguments before anything is sent.
enum Check {
    static func notEmpty(_ text: String, _ name: String) throws(ConversationsError) {
        guard !text.isEmpty else { throw .argument(name, "a text that is not empty") }
    }

    static func notNegative(_ number: Int, _ name: String) throws(ConversationsError) {
        guard number >= 0 else { throw .argument(name, "a number that is not negative") }
    }

    /// The attributes as they are sent.
    static func attributes(_ value: JSONValue) throws(ConversationsError) -> String {
        do { return try value.text() } catch { throw .argument("attributes", "numbers that are finite") }
    }
}
