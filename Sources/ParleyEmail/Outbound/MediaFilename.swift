/// What an attachment is called. A name that came from elsewhere must not be a path, and every attachment has one.
enum MediaFilename {
    /// The name given, made safe, or one made from the type and the place among the mail's media.
    static func name(_ given: String?, contentType: String, number: Int) -> String {
        let safe = (given ?? "").unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            // Format characters can turn the direction of writing and so hide what a file is.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
            default: !"/\\".unicodeScalars.contains(scalar)
            }
        }
        let name = String(String.UnicodeScalarView(safe)).drop { $0 == "." || $0 == " " }
        if !name.isEmpty { return cut(String(name), bytes: 200) }
        return "attachment-\(number)" + (extensions[plainType(contentType)].map { ".\($0)" } ?? "")
    }

    /// `type/subtype` in lower case without parameters; `application/octet-stream` for what is none.
    static func plainType(_ contentType: String) -> String {
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        let parts = type.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        let isType = parts.count == 2 && type.utf8.count <= 127 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isToken) }
        return isType ? type : "application/octet-stream"
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "!#$&-^_.+".utf8.contains(byte)
    }

    /// Cuts between characters and keeps what stands behind the last dot, where it is short.
    private static func cut(_ name: String, bytes: Int) -> String {
        guard name.utf8.count > bytes else { return name }
        var tail = ""
        if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 16 { tail = String(name[dot...]) }
        var head = ""
        var room = bytes - tail.utf8.count
        for character in name {
            room -= character.utf8.count
            if room < 0 { break }
            head.append(character)
        }
        return head + tail
    }

    private static let extensions = [
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic", "image/svg+xml": "svg",
        "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/amr": "amr", "audio/mp4": "m4a", "audio/wav": "wav", "video/mp4": "mp4",
        "video/3gpp": "3gp", "video/quicktime": "mov", "video/webm": "webm", "application/pdf": "pdf", "application/json": "json",
        "application/zip": "zip", "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/vcard": "vcf", "text/x-vcard": "vcf",
        "text/calendar": "ics",
    ]
}
