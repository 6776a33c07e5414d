internal import CParleyCurl
internal import ParleyCore

/// The options that every transfer gets, and the callbacks through which libcurl reports to its ``RunningTransfer``.
extension EasyHandle {
    /// - Parameters:
    ///   - state: must stay alive while this handle is in a pool; libcurl keeps a bare pointer to it.
    ///   - pool: outlives the connections made for it.
    func setCommon(configuration: TransferConfiguration, state: RunningTransfer, pool: ConnectionPool) throws(Refusal) {
        let context = Unmanaged.passUnretained(state).toOpaque()
        try set(CURLOPT_NOSIGNAL, true)
        // Without this, leaving a transfer whose name is still being resolved waits for the resolver, and every other transfer with it.
        try set(CURLOPT_QUICK_EXIT, true)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_FOLLOWLOCATION, false)
        try set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.curlMilliseconds)
        try set(CURLOPT_MAXAGE_CONN, max(1, configuration.idleAgeMax.curlMilliseconds / 1000))
        try set(CURLOPT_HEADERFUNCTION, onLine)
        try set(CURLOPT_HEADERDATA, context)
        try set(CURLOPT_WRITEFUNCTION, onBody)
        try set(CURLOPT_WRITEDATA, context)
        try check(parley_set_open_socket(pointer, onOpenSocket))
        try set(CURLOPT_OPENSOCKETDATA, context)
        try check(parley_set_close_socket(pointer, onCloseSocket))
        try set(CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(pool).toOpaque())
        try check(parley_set_before_request(pointer, onRequest))
        try set(CURLOPT_PREREQDATA, context)
    }

    func setContentReader(_ state: RunningTransfer) throws(Refusal) {
        try set(CURLOPT_READFUNCTION, onContent)
        try set(CURLOPT_READDATA, Unmanaged.passUnretained(state).toOpaque())
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> RunningTransfer? {
    context.map { Unmanaged<RunningTransfer>.fromOpaque($0).takeUnretainedValue() }
}

/// Gathers one line of the server. Taking fewer bytes than offered ends the transfer.
private let onLine: parley_io = { bytes, size, count, context in
    guard let transfer = transfer(context), let bytes else { return 0 }
    let length = size * count
    transfer.observation.lineBytes += length
    guard transfer.observation.lineBytes <= Observation.lineBytesMax else {
        transfer.observation.overflowed = true
        return 0
    }
    let line = UnsafeRawBufferPointer(start: bytes, count: length)
    transfer.observation.lines.append(Array(line.prefix { $0 != 0x0D && $0 != 0x0A }))
    return length
}

/// Gathers the answer's body up to what the request allows.
private let onBody: parley_io = { bytes, size, count, context in
    guard let transfer = transfer(context), let bytes else { return 0 }
    let length = size * count
    guard case .http(let request, _) = transfer.order else { return length }
    guard length <= request.answerBytesMax - transfer.observation.body.count else {
        transfer.observation.overflowed = true
        return 0
    }
    transfer.observation.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return length
}

/// Gives libcurl the next piece of a mail's content.
private let onContent: parley_io = { bytes, size, count, context in
    guard let transfer = transfer(context), let bytes, case .mail(let mail, _, _) = transfer.order else { return Int(CURL_READFUNC_ABORT) }
    let taken = transfer.observation.contentTaken
    let length = min(size * count, mail.content.count - taken)
    mail.content.withUnsafeBytes { content in
        UnsafeMutableRawBufferPointer(start: bytes, count: length).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: content[taken..<taken + length]))
    }
    transfer.observation.contentTaken += length
    return length
}

/// Opens a socket to the very address that the connection will use, unless the guard refuses it.
private let onOpenSocket: parley_open_socket = { context, _, address in
    guard let transfer = transfer(context), let address else { return CURL_SOCKET_BAD }
    if case .http(_, .strangerChosen) = transfer.order {
        let target = withUnsafePointer(to: &address.pointee.addr) { IPAddress($0) }
        guard let target, !AddressGuard.refuses(target) else {
            transfer.observation.addressesRefused += 1
            return CURL_SOCKET_BAD
        }
    }
    transfer.observation.addressesTried += 1
    return transfer.pool?.openSocket(address.pointee) ?? CURL_SOCKET_BAD
}

private let onCloseSocket: parley_close_socket = { context, socket in
    context.map { Unmanaged<ConnectionPool>.fromOpaque($0).takeUnretainedValue().closeSocket(socket) } ?? 0
}

/// Marks that the request is about to be written, and keeps libcurl from repeating one that may have been acted upon.
///
/// When a pooled connection breaks before the first byte of an answer, libcurl sends the request again on a new one, whatever its method.
/// The server may have read the first, so only methods that RFC 9110 §9.2.2 calls idempotent may be repeated, or what was not written at
/// all.
private let onRequest: parley_before_request = { context, _, _, _, _ in
    guard let transfer = transfer(context) else { return CURL_PREREQFUNC_ABORT }
    if transfer.observation.requestsBegun > 0, case .http(let request, _) = transfer.order, !request.isIdempotent,
        transfer.easy?.long(CURLINFO_REQUEST_SIZE) != 0
    {
        transfer.observation.repeatRefused = true
        return CURL_PREREQFUNC_ABORT
    }
    transfer.observation.requestsBegun += 1
    transfer.observation.linesBeforeRequest = transfer.observation.lines.count
    return CURL_PREREQFUNC_OK
}
