import Foundation

/// A server with a certificate of its own, spoken to over real TLS: Python's `ssl` module is the other implementation.
final class TLSPeer {
    enum Mode: String { case starttls, implicit, https }

    let port: Int
    /// The certificate, which is its own authority.
    let certificate: String
    private let folder: URL
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()

    /// False where the tools are missing; tests that need them are then skipped.
    static let isAvailable = ["openssl", "python3"].allSatisfy { tool in (try? run("which", tool)) == 0 }

    init(_ mode: Mode) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "parley-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let made = try run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate)
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-u", "-c", peerProgram, mode.rawValue, certificate, key]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let first = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard made == 0, let port = Int(first.split(separator: "\n").first ?? "") else { throw Unusable() }
        self.port = port
    }

    /// Stops the server and returns what it was told: each line behind `tls` or `plain`.
    func finish() throws -> [String] {
        try input.fileHandleForWriting.close()
        let rest = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try FileManager.default.removeItem(at: folder)
        return String(decoding: rest, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    struct Unusable: Error {}
}

@discardableResult
private func run(_ command: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
}

private let peerProgram = """
    import os, socket, ssl, sys, threading
    mode, certificate, key = sys.argv[1:4]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    def https(stream):
        file = stream.makefile("rb")
        while file.readline().strip(): pass
        print("tls request")
        stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
    def smtp(stream, secure):
        file = stream.makefile("rb")
        say = lambda text: stream.sendall(text.encode() + b"\\r\\n")
        if not secure or mode == "implicit": say("220 peer.test")
        for raw in file:
            line = raw.decode().strip()
            print("tls" if secure else "plain", line)
            verb = line[:4].upper()
            if verb == "EHLO": say("250-peer.test\\r\\n250 AUTH PLAIN" if secure else "250-peer.test\\r\\n250 STARTTLS")
            elif verb == "STAR":
                say("220 go")
                return smtp(context.wrap_socket(stream, server_side=True), True)
            elif verb == "AUTH": say("235 2.7.0 welcome")
            elif verb == "DATA":
                say("354 go on")
                while file.readline().strip() != b".": pass
                say("250 2.0.0 Ok: queued as TLS1")
            elif verb == "QUIT": return say("221 bye")
            else: say("250 ok")
    def serve(stream):
        try:
            if mode == "starttls": smtp(stream, False)
            else:
                stream = context.wrap_socket(stream, server_side=True)
                https(stream) if mode == "https" else smtp(stream, True)
        except (OSError, ValueError): pass
        finally: stream.close()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1])
    def accept():
        while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    sys.stdout.flush()
    os._exit(0)
    """
