import CParleyGMime

/// Turns raw field values into what people and programs read.
enum HeaderDecoder {
    /// Field values longer than this are cut before they are decoded.
    private static let valueMax = 256 * 1024

    /// UTF-8 where it is valid, else Windows-1252.
    static func utf8(_ value: [UInt8]) -> [UInt8] {
        let value = value.count > valueMax ? Array(value.prefix(valueMax)) : value
        return CharsetDecoder.undeclared(value)
    }

    /// Unstructured text with its RFC 2047 words decoded, in one line and without control characters.
    static func text(_ value: [UInt8]) -> String { oneLine(String(decoding: EncodedWords.decode(utf8(value)), as: UTF8.self)) }

    /// The mailboxes of an address list, those of groups included; what has no `@` is left out.
    static func mailboxes(_ values: [[UInt8]]) -> [Mailbox] {
        GMime.start()
        return values.flatMap { value -> [Mailbox] in
            let text = EncodedWords.collapsed(utf8(value)).filter { $0 != 0 }
            // Groups within groups are read recursively; see MIMEPrescan.
            guard text.count(where: { $0 == 0x3A }) <= 500 else { return [] }
            guard let list = GMime.withCString(text, { internet_address_list_parse(nil, $0) }) else { return [] }
            defer { g_object_unref(list) }
            return mailboxes(list)
        }
    }

    private static func mailboxes(_ list: UnsafeMutablePointer<InternetAddressList>) -> [Mailbox] {
        (0..<max(0, internet_address_list_length(list))).flatMap { index -> [Mailbox] in
            guard let entry = internet_address_list_get_address(list, index) else { return [] }
            if let group = parley_group(entry) {
                return internet_address_group_get_members(group).map(mailboxes) ?? []
            }
            guard let mailbox = parley_mailbox(entry), let address = internet_address_mailbox_get_addr(mailbox) else { return [] }
            let text = String(cString: address)
            guard text.contains("@"), text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return [] }
            let name = internet_address_get_name(entry).map { oneLine(String(cString: $0)) }
            return [Mailbox(name: name?.isEmpty == true ? nil : name, address: text)]
        }
    }

    /// Seconds since 1970, nil when the date cannot be read.
    static func epoch(_ value: [UInt8]) -> Int64? {
        GMime.start()
        guard value.count <= 256, let date = GMime.withCString(value, { g_mime_utils_header_decode_date($0) }) else { return nil }
        defer { g_date_time_unref(date) }
        return Int64(g_date_time_to_unix(date))
    }

    /// What stands in angle brackets, in order; a lone word without brackets counts too.
    static func identifiers(_ values: [[UInt8]]) -> [String] {
        values.flatMap { value -> [String] in
            var found: [String] = []
            var rest = value[...]
            while let open = rest.firstIndex(of: 0x3C), let close = rest[open...].firstIndex(of: 0x3E) {
                // The last opening bracket before the closing one, so that `<<a@b>` gives `a@b`.
                let start = rest[open..<close].lastIndex(of: 0x3C) ?? open
                if let identifier = identifier(rest[(start + 1)..<close]) { found.append(identifier) }
                rest = rest[(close + 1)...]
            }
            if found.isEmpty, let word = identifier(value[...]) { found = [word] }
            return found
        }
    }

    private static func identifier(_ bytes: ArraySlice<UInt8>) -> String? {
        let bytes = bytes.filter { $0 != 0x20 && $0 != 0x09 }
        guard (1...998).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first word in lower case, without comment and parameters.
    static func keyword(_ value: [UInt8]) -> String? {
        let word = value.prefix { $0 > 0x20 && $0 != 0x3B && $0 != 0x28 && $0 < 0x7F }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self).lowercased()
    }

    /// Control characters, which encoded words may bring in, become spaces.
    static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{2028}" || scalar == "\u{2029}" ? " " : scalar)
        }
        return String(line)
    }
}
