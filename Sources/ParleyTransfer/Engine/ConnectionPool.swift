internal import CParleyCurl

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One libcurl multi handle: the transfers of one ``Pool`` and the connections that they share. Used by the event thread only.
final class ConnectionPool {
    let multi: UnsafeMutableRawPointer
    /// What libcurl wants to hear of, for each socket: `poll`'s event bits.
    private(set) var interests: [Int32: Int16] = [:]
    private let sockets: OpenSockets

    init?(configuration: TransferConfiguration, sockets: OpenSockets) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.sockets = sockets
        _ = parley_multi_set_socket_interest(multi, onInterest)
        _ = parley_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        _ = parley_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, configuration.idleConnectionsMax))
        _ = parley_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(0, configuration.connectionsPerHostMax))
    }

    /// Closes every connection; nothing may be called afterwards.
    func close() { curl_multi_cleanup(multi) }

    func add(_ easy: EasyHandle) -> Bool { curl_multi_add_handle(multi, easy.pointer) == CURLM_OK }

    func remove(_ easy: EasyHandle) { curl_multi_remove_handle(multi, easy.pointer) }

    /// How long until libcurl wants ``tick()``, in milliseconds; nil when it waits for sockets only.
    var millisecondsToTick: Int? {
        var milliseconds = -1
        guard curl_multi_timeout(multi, &milliseconds) == CURLM_OK, milliseconds >= 0 else { return nil }
        return milliseconds
    }

    func tick() { act(CURL_SOCKET_TIMEOUT, 0) }

    func socketReady(_ socket: Int32, events: Int16) {
        var bits: Int32 = 0
        if events & Int16(POLLIN) != 0 { bits |= CURL_CSELECT_IN }
        if events & Int16(POLLOUT) != 0 { bits |= CURL_CSELECT_OUT }
        if events & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { bits |= CURL_CSELECT_ERR }
        act(socket, bits)
    }

    /// The next transfer that libcurl has ended, with its result.
    func nextEnded() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle {
                return (easy, message.pointee.data.result)
            }
        }
        return nil
    }

    func openSocket(_ address: curl_sockaddr) -> curl_socket_t {
        #if canImport(Glibc)
            let opened = socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        #else
            let opened = socket(address.family, address.socktype, address.protocol)
        #endif
        guard opened >= 0 else { return CURL_SOCKET_BAD }
        sockets.insert(opened)
        return opened
    }

    func closeSocket(_ socket: curl_socket_t) -> Int32 { sockets.close(socket) }

    fileprivate func note(_ socket: Int32, interest: Int32) {
        switch interest {
        case CURL_POLL_IN: interests[socket] = Int16(POLLIN)
        case CURL_POLL_OUT: interests[socket] = Int16(POLLOUT)
        case CURL_POLL_INOUT: interests[socket] = Int16(POLLIN | POLLOUT)
        default: interests[socket] = nil
        }
    }

    private func act(_ socket: curl_socket_t, _ bits: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, bits, &running)
    }
}

private let onInterest: parley_socket_interest = { _, socket, interest, context, _ in
    if let context { Unmanaged<ConnectionPool>.fromOpaque(context).takeUnretainedValue().note(socket, interest: interest) }
    return 0
}
