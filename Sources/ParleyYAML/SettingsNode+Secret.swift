import Foundation

/// Secrets, which may stand in a file of their own.
extension SettingsNode {
    /// The longest file a secret is read from, in bytes.
    static let secretBytesMax = 65_536

    /// The text itself, or `file:PATH` for the content of a file (a relative path counts from the working directory) without its last line
    /// end. Anything else, an empty secret and a file that cannot be read are problems.
    public func expectSecret() -> SecretText? {
        guard let text = expectText("a text or file:PATH") else { return nil }
        guard text.hasPrefix("file:") else {
            // A variable that is not set has been told already.
            if text.isEmpty, !problems.all.contains(where: { $0.file == self.file && $0.line == self.line && $0.path == self.path }) {
                problem("is empty")
            }
            return text.isEmpty ? nil : SecretText(text)
        }
        let path = String(text.dropFirst("file:".count))
        guard let data = FileManager.default.contents(atPath: path) else {
            problem("the file \(path) cannot be read")
            return nil
        }
        guard data.count <= Self.secretBytesMax, var content = String(data: data, encoding: .utf8) else {
            problem("the file \(path) is not a secret in UTF-8 of at most \(Self.secretBytesMax) bytes")
            return nil
        }
        if content.hasSuffix("\r\n") || content.hasSuffix("\n") { content.removeLast() }
        if content.isEmpty { problem("the file \(path) is empty") }
        return content.isEmpty ? nil : SecretText(content)
    }
}
