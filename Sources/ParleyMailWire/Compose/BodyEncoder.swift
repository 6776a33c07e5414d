import CParleyGMime

/// Transfer encodings of RFC 2045 §6, over GMime's encoders, with CRLF line ends and lines of at most 76 bytes.
enum BodyEncoder {
    /// Base64 in lines.
    static func base64(_ content: [UInt8]) -> [UInt8] { encode(content, GMIME_CONTENT_ENCODING_BASE64) }

    /// Base64 in one line.
    static func base64Text(_ content: [UInt8]) -> String {
        String(decoding: base64(content).filter { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    }

    /// Quoted-printable of text with LF line ends.
    static func quotedPrintable(_ text: [UInt8]) -> [UInt8] { encode(text, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) }

    private static func encode(_ content: [UInt8], _ encoding: GMimeContentEncoding) -> [UInt8] {
        var state = GMimeEncoding()
        g_mime_encoding_init_encode(&state, encoding)
        let capacity = g_mime_encoding_outlen(&state, content.count)
        let encoded = content.withUnsafeBytes { input in
            [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                count = g_mime_encoding_flush(
                    &state, input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count,
                    UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self))
            }
        }
        var lines: [UInt8] = []
        lines.reserveCapacity(encoded.count + encoded.count / 60 + 2)
        for byte in encoded {
            if byte == 0x0A { lines.append(0x0D) }
            lines.append(byte)
        }
        return lines
    }
}
