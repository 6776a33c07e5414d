/// The header fields of our own, and those by which mail systems tell each other that no person is there.
enum MailHeader {
    /// One for each gateway that a mail has passed: its opaque id. A mail that carries ours has been here.
    static let hop = "X-Parley-Hop"
    /// Asks Exchange and its kin for no automatic answers of any kind ([MS-OXCMAIL] §2.2.3.2.14).
    static let autoResponseSuppress = "X-Auto-Response-Suppress"
    /// RFC 3834 §5.
    static let autoSubmitted = "Auto-Submitted"
}
