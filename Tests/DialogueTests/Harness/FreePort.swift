import Foundation
import Synchronization

/// Loopback ports.
enum FreePort {
    private static let taken = Mutex<Set<Int>>([])

    /// A port that nobody listens on, and that nobody else among these tests was given: it may be a while until it is bound.
    static func take() -> Int {
        while true {
            let port = unused()
            if taken.withLock({ $0.insert(port).inserted }) { return port }
        }
    }

    private static func unused() -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(handle, address, length)
                _ = getsockname(handle, address, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// True when something accepts connections on the port.
    static func answers(_ port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }
}
