internal import ParleyCore
internal import ParleyYAML

/// Reads `inbound`: `listen`, `protocol`, `hostname`, `size_max`, `connections_max`, `idle`, `trusted_networks`.
enum InboundSettings {
    static func listener(_ reader: MappingReader) -> MailListenerConfiguration? {
        let text = reader.requiredString("listen")
        if reader.choice("protocol", among: ["smtp", "lmtp"]) == "lmtp" {
            reader.problem("lmtp is not supported yet; expected smtp", at: "protocol")
        }
        let hostname = reader.string("hostname", default: "localhost")
        if (try? Address("postmaster@\(hostname)"))?.channel != .email { reader.problem("is not a host's name", at: "hostname") }
        let sizeMax = reader.bytes("size_max", default: 32 * 1024 * 1024)
        if !(65_536...1 << 30).contains(sizeMax) { reader.problem("expected 64 KiB to 1 GiB", at: "size_max") }
        let connectionsMax = reader.int("connections_max", default: 1000, in: 1...100_000)
        let idle = reader.duration("idle", default: .seconds(300))
        if idle < .seconds(1) { reader.problem("expected 1s or more", at: "idle") }
        let networks = networks(reader)
        guard !text.isEmpty else { return nil }
        guard let place = HostPort(text), let port = place.port else {
            reader.problem("expected ADDRESS:PORT such as 127.0.0.1:2525 or [::1]:2525", at: "listen")
            return nil
        }
        if networks.isEmpty, !NetworkRange.isLoopback(place.host) {
            reader.problem(
                "leaves the loopback, and nothing proves yet who sends: list who may connect under trusted_networks", at: "listen")
        }
        return MailListenerConfiguration(
            host: place.host, port: port, hostname: hostname, sizeMax: sizeMax, connectionsMax: connectionsMax, idle: idle,
            trustedNetworks: networks.isEmpty ? nil : networks)
    }

    private static func networks(_ reader: MappingReader) -> [NetworkRange] {
        (reader.strings("trusted_networks") ?? []).compactMap { text in
            let range = NetworkRange(text)
            if range == nil {
                reader.problem(
                    "expected addresses or ranges such as 10.0.0.0/8 or 2001:db8::/32, found `\(text.prefix(40))`", at: "trusted_networks")
            }
            return range
        }
    }
}
