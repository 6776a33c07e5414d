internal import ParleyCore
internal import ParleyYAML

/// Reads `outbound`: `relay`, `tls`, `username`, `password`, `authorities`.
enum OutboundSettings {
    static func relay(_ reader: MappingReader, hello: String) -> Relay? {
        let text = reader.requiredString("relay")
        let security: Relay.Security? = reader.choice("tls")
        let username = reader.string("username")
        let password = reader.secret("password")
        let authorities = reader.string("authorities")
        if (username == nil) != (password == nil) {
            reader.problem("username and password go together", at: username == nil ? "password" : "username")
        }
        guard !text.isEmpty else { return nil }
        let isImplicit = text.lowercased().hasPrefix("smtps://")
        guard isImplicit || text.lowercased().hasPrefix("smtp://"),
            let place = HostPort(trimmed(text.dropFirst(isImplicit ? "smtps://".count : "smtp://".count))), place.port != 0
        else {
            // The text may hold credentials and is not repeated.
            reader.problem("expected smtp://HOST:PORT or smtps://HOST:PORT; credentials go under username and password", at: "relay")
            return nil
        }
        if isImplicit, let security, security != .implicit {
            reader.problem("smtps:// is TLS from the first byte: expected implicit, or no tls at all", at: "tls")
        }
        let agreed = security ?? (isImplicit ? .implicit : .required)
        return Relay(
            host: place.host, port: place.port ?? (agreed == .implicit ? 465 : 25), security: agreed, username: username,
            password: password?.value, authorities: authorities, hello: hello)
    }

    private static func trimmed(_ text: Substring) -> Substring { text.hasSuffix("/") ? text.dropLast() : text }
}
