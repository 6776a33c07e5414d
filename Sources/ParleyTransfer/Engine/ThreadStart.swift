internal import CParleyCurl

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// libcurl's process-wide start, made once.
enum LibraryStart {
    static let succeeded = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Starts a thread that may be joined; nil when the system has none to give.
///
/// SIGPIPE is blocked on it: libcurl, told to leave signals alone, does not do so itself, and a peer that hangs up must not end the
/// process.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let boxed = Unmanaged.passRetained(ThreadBody(body))
    #if canImport(Glibc)
        var thread = pthread_t()
    #else
        var thread: pthread_t?
    #endif
    let result = pthread_create(&thread, nil, threadMain, boxed.toOpaque())
    guard result == 0 else {
        boxed.release()
        return nil
    }
    return thread
}

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if canImport(Glibc)
    private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { runBody(argument) }
        return nil
    }
#else
    private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        runBody(argument)
        return nil
    }
#endif

private func runBody(_ argument: UnsafeMutableRawPointer) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
}
