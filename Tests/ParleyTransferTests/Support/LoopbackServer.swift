import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP server on a free loopback port: one thread accepts, one serves each connection with blocking reads and writes.
final class LoopbackServer: Sendable {
    let port: Int
    private let listener: Int32

    init(serve: @escaping @Sendable (Connection) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        precondition(bound && listen(listener, 1024) == 0)
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        spawn {
            while true {
                let accepted = accept(listener, nil, nil)
                guard accepted >= 0 else { break }
                spawn {
                    serve(Connection(accepted))
                    close(accepted)
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A port on which nobody listens: it was free a moment ago.
    static func unusedPort() -> Int {
        let server = LoopbackServer { _ in }
        return server.port
    }
}

/// One accepted connection. It belongs to the thread that serves it.
final class Connection: @unchecked Sendable {  // used by the one thread that serves it
    private let socket: Int32
    private var buffer: [UInt8] = []
    /// How much of the buffer has been handed out.
    private var position = 0

    init(_ socket: Int32) { self.socket = socket }

    /// The next line without its CRLF, or nil at the end.
    func line() -> String? { lineBytes().map { String(decoding: $0, as: UTF8.self) } }

    func lineBytes() -> [UInt8]? {
        while true {
            if let end = buffer[position...].firstIndex(of: 0x0A) {
                defer { position = end + 1 }
                return buffer[position..<end].filter { $0 != 0x0D }
            }
            guard fill() else { return nil }
        }
    }

    func bytes(_ count: Int) -> [UInt8]? {
        while buffer.count - position < count { guard fill() else { return nil } }
        defer { position += count }
        return Array(buffer[position..<position + count])
    }

    /// Reads until the other side hangs up, and answers nothing.
    func drain() { while fill() { position = buffer.count } }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, noSignal) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.removeFirst(position)
        position = 0
        buffer += chunk.prefix(count)
        return true
    }
}

/// Holds up a server's thread until a test opens it.
final class Gate: Sendable {
    private let ends: [Int32]

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        self.ends = ends
    }

    deinit { ends.forEach { close($0) } }

    func pass() {
        var byte: UInt8 = 0
        _ = read(ends[0], &byte, 1)
    }

    func open() {
        var byte: UInt8 = 1
        _ = write(ends[1], &byte, 1)
    }
}

/// A list that any thread may add to, and that a test can wait on.
final class Record<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    private let stream = AsyncStream<Element>.makeStream()

    var all: [Element] { elements.withLock { $0 } }

    func add(_ element: Element) {
        elements.withLock { $0.append(element) }
        stream.continuation.yield(element)
    }

    /// Waits for the next element that nobody has waited for yet.
    func next() async -> Element? {
        for await element in stream.stream { return element }
        return nil
    }
}

private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func spawn(_ run: @escaping @Sendable () -> Void) {
    #if canImport(Glibc)
        var thread = pthread_t()
    #else
        var thread: pthread_t?
    #endif
    pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
            return nil
        }, Unmanaged.passRetained(Work(run)).toOpaque())
    #if canImport(Glibc)
        pthread_detach(thread)
    #else
        pthread_detach(thread!)
    #endif
}

#if canImport(Glibc)
    private let noSignal = Int32(MSG_NOSIGNAL)
#else
    private let noSignal: Int32 = 0
#endif
