/// The header that names a file which is to be saved (RFC 6266), safe whatever the name is.
enum ContentDisposition {
    static func attachment(_ filename: String?) -> String {
        guard let name = filename?.split(whereSeparator: { "/\\".contains($0) }).last.map(String.init), !name.isEmpty else {
            return "attachment"
        }
        let plain = String(
            decoding: name.unicodeScalars.map { scalar in
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                return scalar.isASCII && (PercentEncoding.isUnreserved(byte) || byte == 0x20) ? byte : 0x5F
            }, as: UTF8.self)
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
