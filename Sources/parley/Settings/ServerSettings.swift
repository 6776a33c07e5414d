import Foundation
import ParleyYAML

/// A host and a port to listen on.
struct ListenAddress: Hashable, CustomStringConvertible {
    var host: String
    var port: Int

    /// Reads `host:port` or `[v6]:port`. Port 0 takes any free one.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        self.host = String(host)
        self.port = port
    }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// True when only this machine reaches it.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// The section `server`.
struct ServerSettings {
    var listen = ListenAddress(host: "127.0.0.1", port: 8460)
    var apiURL: String
    var publicListen = ListenAddress(host: "127.0.0.1", port: 8461)
    var publicURL: String
    /// How long a stopping daemon waits for what is under way.
    var drainTime: Duration = .seconds(20)

    init(reading reader: MappingReader?) {
        if let reader {
            listen = reader.listenAddress("listen") ?? listen
            publicListen = reader.listenAddress("public_listen") ?? publicListen
            drainTime = reader.duration("drain_time", default: drainTime)
        }
        apiURL = reader?.origin("api_url") ?? "http://\(listen)"
        publicURL = reader?.origin("public_url") ?? "http://\(publicListen)"
        reader?.notSupportedYet("tls")
    }
}

extension MappingReader {
    /// An address such as `127.0.0.1:8460`.
    func listenAddress(_ key: String) -> ListenAddress? {
        guard let text = string(key) else { return nil }
        guard let address = ListenAddress(text) else {
            problem("expected host:port such as 127.0.0.1:8460", at: key)
            return nil
        }
        return address
    }

    /// An origin such as `https://parley.example`, without a path.
    func origin(_ key: String) -> String? {
        guard var text = string(key) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil, url.path().isEmpty, url.query() == nil
        else {
            problem("expected an origin such as https://parley.example", at: key)
            return nil
        }
        return text
    }
}
