/// Makes a file name from what a stranger called a file: no path, no control or bidi characters, at most 200 bytes.
enum AttachmentName {
    static let lengthMax = 200

    /// Nil when nothing is left.
    static func sanitized(_ name: String) -> String? {
        let last = name.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? []
        var clean = String.UnicodeScalarView()
        for scalar in last {
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C, 0xFEFF, 0xFFF9...0xFFFB: break
            case 0x3C, 0x3E, 0x3A, 0x22, 0x7C, 0x3F, 0x2A: clean.append("_")
            default: clean.append(scalar)
            }
        }
        // A leading dot hides a file, a trailing dot or space is lost on Windows.
        while let first = clean.first, first == "." || first == " " { clean.removeFirst() }
        while let last = clean.last, last == "." || last == " " { clean.removeLast() }
        guard !clean.isEmpty else { return nil }
        let text = String(clean)
        let stem = text.prefix { $0 != "." }.uppercased()
        return shortened(isReserved(stem) ? "_" + text : text)
    }

    /// Cuts the stem and keeps the extension.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > lengthMax else { return text }
        let dot = text.unicodeScalars.lastIndex(of: ".")
        var suffix = dot.map { String(text.unicodeScalars[$0...]) } ?? ""
        if suffix.utf8.count > 20 { suffix = "" }
        var stem = String.UnicodeScalarView()
        var room = lengthMax - suffix.utf8.count
        for scalar in text.unicodeScalars {
            room -= UTF8.width(scalar)
            if room < 0 { break }
            stem.append(scalar)
        }
        return String(stem) + suffix
    }

    /// The device names of Windows.
    private static func isReserved(_ stem: String) -> Bool {
        if ["CON", "PRN", "AUX", "NUL"].contains(stem) { return true }
        return stem.utf8.count == 4 && (stem.hasPrefix("COM") || stem.hasPrefix("LPT")) && (stem.last?.isNumber ?? false)
    }
}
