internal import CParleyCurl
internal import ParleyCore

/// An HTTP request as libcurl options.
extension EasyHandle {
    func set(_ request: OutboundRequest, trust: Trust, configuration: TransferConfiguration) throws(Refusal) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_URL, request.url)
        // One request at a time on a connection: what a broken one may have delivered is then one request and no more.
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_USERAGENT, "Parley")
        try set(CURLOPT_TIMEOUT_MS, request.timeout.curlMilliseconds)
        if let authorities = configuration.authorities, trust == .operatorChosen { try set(CURLOPT_CAINFO, authorities) }

        // The kind of request comes first, since it resets the method.
        if request.isHead {
            try set(CURLOPT_NOBODY, true)
        } else if let body = request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil) {
            try setOffset(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
            try check(body.isEmpty ? parley_set_string(pointer, CURLOPT_COPYPOSTFIELDS, "") : copy(body))
        } else {
            try set(CURLOPT_HTTPGET, true)
        }
        if !request.isHead { try set(CURLOPT_CUSTOMREQUEST, request.method) }

        // A name followed by a semicolon is sent with an empty value, one followed by a bare colon suppresses libcurl's own header.
        var lines = request.headers.map { $0.value.allSatisfy { $0 == " " || $0 == "\t" } ? "\($0.name);" : "\($0.name): \($0.value)" }
        for own in ["Expect", "Content-Type"] where !request.hasHeader(own.lowercased()) { lines.append("\(own):") }
        try setHeaders(lines)
    }

    private func copy(_ body: [UInt8]) -> CURLcode {
        body.withUnsafeBytes { bytes in
            parley_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
    }
}
