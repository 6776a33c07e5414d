/// Why a call was refused or could not be carried out.
public struct ConversationsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status of the answer; 0: nothing was sent, or nothing came back.
    public let status: Int
    /// The contract's code, such as 50433 for a participant who is there already; 20001 for an argument that was refused before anything
    /// was sent; 0 when there is none.
    public let code: Int
    /// For people. It names the argument or parameter where there is one.
    public let message: String

    /// For applications that stand in for the client, such as in tests.
    public init(status: Int, code: Int, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The message, and status and code unless both are 0.
    public var description: String { status == 0 && code == 0 ? message : "\(message) (status \(status), code \(code))" }
}

extension ConversationsError {
    static func argument(_ name: String, _ expected: String) -> ConversationsError {
        ConversationsError(status: 0, code: 20001, message: "Invalid argument \(name): expected \(expected)")
    }

    static func notFound(_ message: String) -> ConversationsError { ConversationsError(status: 404, code: 20404, message: message) }

    static let shutDown = ConversationsError(status: 0, code: 0, message: "The client was shut down")

    static let notUnderstood = ConversationsError(status: 0, code: 0, message: "The gateway's answer could not be understood")

    /// Of paginators: the page is not there.
    static func noPage(_ which: String) -> ConversationsError { ConversationsError(status: 0, code: 0, message: "No \(which) page") }
}
