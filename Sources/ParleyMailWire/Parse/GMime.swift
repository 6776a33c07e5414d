import CParleyGMime

/// The library's one-time start. Its objects are never shared between threads here: each parse makes and frees its own.
enum GMime {
    private static let started: Void = g_mime_init()

    static func start() { _ = started }

    /// Calls `body` with a NUL-terminated copy; a NUL inside ends the text, so callers take them out first.
    static func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result?) -> Result? {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { start in
                start.withMemoryRebound(to: CChar.self, capacity: buffer.count, body)
            }
        }
    }

    /// Takes over a string that GMime allocated.
    static func take(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text else { return nil }
        defer { g_free(text) }
        return String(cString: text)
    }
}
