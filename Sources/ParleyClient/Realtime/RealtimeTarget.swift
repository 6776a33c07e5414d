import Foundation
import NIOCore

/// Where the realtime connection goes, made of the API's address.
struct RealtimeTarget: Sendable, Equatable {
    let host: String
    let port: Int
    /// With the prefix that the API's address has.
    let path: String
    let isSecure: Bool

    /// Nothing for what is no http or https address with a host.
    init?(api: URL) {
        guard let parts = URLComponents(url: api, resolvingAgainstBaseURL: true),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            var host = parts.host, !host.isEmpty
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        isSecure = scheme == "https"
        port = parts.port ?? (isSecure ? 443 : 80)
        guard !host.isEmpty, (1...65_535).contains(port) else { return nil }
        self.host = host
        var prefix = Substring(parts.percentEncodedPath)
        while prefix.hasSuffix("/") { prefix = prefix.dropLast() }
        path = prefix + "/v1/realtime"
    }

    /// The `Host` field: an IPv6 address stands in brackets, the scheme's own port is left out (RFC 9110, section 7.2).
    var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The name that TLS asks for and verifies; nothing for an address, which is verified as such and must not be named (RFC 6066, section 3).
    var serverName: String? {
        (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil
    }
}
