/// The `filename` parameter of Content-Disposition: quoted where plain ASCII fits a line, else RFC 2231 §4.1 in UTF-8.
enum FilenameParameter {
    /// The parameter as words of a header field, each but the last ended by a semicolon.
    static func words(_ filename: String) -> [String] {
        if filename.utf8.count <= 60, filename.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !filename.contains("=?") {
            return ["filename=\(HeaderComposer.quoted(filename))"]
        }
        var sections = ["UTF-8''"]
        for byte in filename.utf8 {
            let isPlain = MailGrammar.isAlphanumeric(byte) || "-._".utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            let encoded = isPlain ? String(decoding: [byte], as: UTF8.self) : "%" + (byte < 16 ? "0" : "") + hex
            if sections[sections.count - 1].utf8.count + encoded.utf8.count > 56 { sections.append("") }
            sections[sections.count - 1] += encoded
        }
        if sections.count == 1 { return ["filename*=\(sections[0])"] }
        return sections.enumerated().map { "filename*\($0)*=\($1)\($0 == sections.count - 1 ? "" : ";")" }
    }
}
