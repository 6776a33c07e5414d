/// Reads the ESMTP parameters after a path: `SP keyword["=" value]` (RFC 5321 §4.1.2).
struct SMTPParameters {
    /// Keyword in upper case, value without change.
    let pairs: [(keyword: String, value: String?)]

    /// Nil on a syntax error or when a keyword comes twice.
    init?(_ bytes: ArraySlice<UInt8>) {
        var pairs: [(keyword: String, value: String?)] = []
        // Trailing blanks are tolerated: RFC 5321 §4.1.1 asks receivers to.
        for word in bytes.split(separator: 0x20) {
            let keyword = word.prefix { $0 != 0x3D }
            guard let first = keyword.first, MailGrammar.isAlphanumeric(first),
                keyword.allSatisfy({ MailGrammar.isAlphanumeric($0) || $0 == 0x2D })
            else { return nil }
            let name = String(decoding: keyword, as: UTF8.self).uppercased()
            guard !pairs.contains(where: { $0.keyword == name }) else { return nil }
            var value: String?
            if keyword.endIndex < word.endIndex {
                let bytes = word[(keyword.endIndex + 1)...]
                guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3D }) else { return nil }
                value = String(decoding: bytes, as: UTF8.self)
            }
            pairs.append((name, value))
        }
        // The path must be followed by a blank or by nothing.
        guard bytes.isEmpty || bytes.first == 0x20 else { return nil }
        self.pairs = pairs
    }
}
