import CParleyGMime

/// Turns bytes of a declared or unknown charset into UTF-8 and never fails: bad bytes become U+FFFD.
enum CharsetDecoder {
    /// The ladder: the declared charset when it is known, else UTF-8 when the bytes are valid, else Windows-1252.
    static func utf8(_ bytes: [UInt8], declared: String?) -> [UInt8] {
        guard let charset = declared.flatMap(canonical) else { return undeclared(bytes) }
        if charset == "UTF-8" { return String(validating: bytes, as: UTF8.self) == nil ? repaired(bytes) : withoutMark(bytes) }
        return converted(bytes, from: charset) ?? undeclared(bytes)
    }

    /// UTF-8 when the bytes are valid, else Windows-1252.
    static func undeclared(_ bytes: [UInt8]) -> [UInt8] {
        if String(validating: bytes, as: UTF8.self) != nil { return withoutMark(bytes) }
        return converted(bytes, from: "CP1252") ?? repaired(bytes)
    }

    /// The name under which iconv decodes what senders mean by a label: most labels stand for a superset in practice, as in the
    /// WHATWG Encoding Standard. Nil for a label that says nothing (US-ASCII with bytes over 127 is somebody's mistake).
    private static func canonical(_ label: String) -> String? {
        let label = label.lowercased().trimmingPrefix { $0 == " " || $0 == "\"" || $0 == "'" }.prefix {
            $0 != " " && $0 != "\"" && $0 != "'"
        }
        // Nothing that iconv would take for a suffix (`//TRANSLIT`) or a path.
        guard (1...40).contains(label.utf8.count), label.utf8.allSatisfy({ MailGrammar.isAlphanumeric($0) || "-_:.".utf8.contains($0) })
        else { return nil }
        switch label {
        case "utf-8", "utf8", "unicode-1-1-utf-8": return "UTF-8"
        case "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "binary": return nil
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1", "windows-1252", "cp1252": return "CP1252"
        case "iso-8859-9": return "CP1254"
        case "iso-8859-8-i": return "ISO-8859-8"
        case "ks_c_5601-1987", "ks_c_5601", "euc-kr", "korean": return "CP949"
        case "gb2312", "gbk", "x-gbk", "gb_2312-80", "hz-gb-2312": return label == "hz-gb-2312" ? "HZ-GB-2312" : "GB18030"
        case "x-sjis", "shift_jis", "shift-jis", "sjis", "windows-31j": return "CP932"
        case "unicode-1-1-utf-7", "utf7": return "UTF-7"
        default: return String(label)
        }
    }

    /// Nil when iconv does not know the charset.
    private static func converted(_ bytes: [UInt8], from charset: String) -> [UInt8]? {
        GMime.start()
        let failure = UnsafeMutableRawPointer(bitPattern: -1)
        guard let converter = g_mime_iconv_open("UTF-8", charset), converter != failure else { return nil }
        defer { g_mime_iconv_close(converter) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 4)
        var chunk = [CChar](repeating: 0, count: 16 * 1024)
        bytes.withUnsafeBytes { buffer in
            var cursor = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var left = buffer.count
            while left > 0 {
                let before = left
                let isBad = chunk.withUnsafeMutableBufferPointer { room in
                    var target = room.baseAddress
                    var free = room.count
                    let isBad = parley_iconv(converter, &cursor, &left, &target, &free) != 0
                    output.append(contentsOf: UnsafeRawBufferPointer(room)[..<(room.count - free)])
                    return isBad
                }
                if isBad || left == before, left > 0 {
                    output += [0xEF, 0xBF, 0xBD]
                    cursor = cursor.map { $0 + 1 }
                    left -= 1
                }
            }
        }
        return output
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] { withoutMark(Array(String(decoding: bytes, as: UTF8.self).utf8)) }

    private static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }
}
