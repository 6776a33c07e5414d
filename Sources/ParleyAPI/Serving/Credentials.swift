import Foundation
import ParleyCore

/// Who may use the API: the account with its token, and API keys with their secrets, by HTTP Basic (RFC 7617).
struct Credentials: Sendable {
    private let pairs: [(name: [UInt8], secret: [UInt8])]

    init(_ configuration: APIConfiguration) {
        pairs =
            [(Array(configuration.account.text.utf8), Array(configuration.authToken.utf8))]
            + configuration.keys.map { (Array($0.sid.text.utf8), Array($0.secret.utf8)) }
    }

    /// True when an `Authorization` header opens the API. Every pair is compared, in both parts, so that the time tells nothing of which one failed.
    func open(_ header: String?) -> Bool {
        guard let header, header.count <= 1024 else { return false }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "basic",
            let decoded = Data(base64Encoded: words[1].trimmingCharacters(in: .whitespaces))
        else { return false }
        let parts = [UInt8](decoded).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 2 else { return false }
        var known = false
        for pair in pairs {
            let name = Secret.equal(parts[0], pair.name)
            let secret = Secret.equal(parts[1], pair.secret)
            known = (name && secret) || known
        }
        return known && !parts[1].isEmpty
    }
}
