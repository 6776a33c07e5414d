import Foundation
import ParleyCore

/// The URLs that callers choose for webhooks.
public enum WebhookURL {
    public static let lengthMax = 2048

    /// Nil when the text is an absolute URL that can be called: http or https, with a host, without user info and fragment, in visible ASCII, of at
    /// most 2048 characters. Else what was expected.
    public static func problem(with text: String) -> String? {
        guard text.utf8.count <= lengthMax else { return "longer than \(lengthMax) characters" }
        let expected = "expected an absolute http or https URL"
        // Nothing that could end a header line, and nothing that two readers of the URL could understand in two ways.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return "\(expected) in visible ASCII characters, others percent-encoded"
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", text.dropFirst(scheme.count).hasPrefix("://") else { return expected }
        guard !authority(of: text).contains("@") else { return "\(expected) without user name and password" }
        guard !text.contains("#") else { return "\(expected) without a fragment" }
        guard let url = URL(string: text), let host = url.host(), !host.isEmpty else { return "\(expected) with a host" }
        if let port = url.port, !(1...65535).contains(port) { return "\(expected) with a port from 1 to 65535" }
        return nil
    }

    /// The URL as logs and operators see it: without the query, which is where credentials travel.
    public static func shown(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }

    /// The URL as it is requested, and as the receiver sees it when it checks a signature: with a path.
    static func requested(_ url: String) -> String {
        let authority = authority(of: url)
        guard authority.endIndex == url.endIndex || url[authority.endIndex] != "/" else { return url }
        return "\(url[..<authority.endIndex])/\(url[authority.endIndex...])"
    }

    private static func authority(of url: String) -> Substring {
        guard let start = url.range(of: "://")?.upperBound else { return url[url.endIndex...] }
        return url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }
}
