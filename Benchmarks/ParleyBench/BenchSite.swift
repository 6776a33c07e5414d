import Foundation
import ParleyCore
import ParleyTransfer
import Synchronization

/// A daemon of the build beside this program, with a folder and ports of its own.
final class BenchSite: Sendable {
    let folder = NSTemporaryDirectory() + "parley-bench-\(UUID().uuidString)"
    let apiPort = BenchSite.freePort()
    let mailPort = BenchSite.freePort()
    let sinkPort = BenchSite.freePort()
    let transfer = Transfer()
    let authorization: String
    private let daemon = Mutex<Process?>(nil)

    static let account = "AC00000000000000000000000000000001"
    /// Signs the access tokens of the realtime load.
    static let key = "SK00000000000000000000000000000001"
    static let keySecret = "a-key-secret-for-benchmarks-of-32-bytes-or-more"

    var api: String { "http://127.0.0.1:\(apiPort)" }

    struct Problem: Error, CustomStringConvertible { var description: String }

    /// A loopback port that nobody listens on.
    static func freePort() -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(handle, address, length)
                _ = getsockname(handle, address, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    init() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        authorization = "Basic " + Data("\(BenchSite.account):bench-token".utf8).base64EncodedString()
        let settings = """
            server: { listen: 127.0.0.1:\(apiPort), public_listen: 127.0.0.1:\(BenchSite.freePort()) }
            account: { sid: \(BenchSite.account), auth_token: bench-token, api_keys: [{ sid: \(BenchSite.key), secret: \(BenchSite.keySecret) }] }
            storage: { database: "sqlite:\(folder)/parley.db", media: "file:\(folder)/media" }
            adapters:
              phone: { type: mock, addresses: ["+15550100000"], loop_guard: none }
              carrier:
                type: http-sms
                provider: kannel
                base_url: "http://127.0.0.1:\(ProviderSink.port)"
                credentials: { username: tester, password: foobar }
                callback_secret: callback-secret
                addresses: ["+1555011*"]
                concurrency: 64
              mail:
                type: smtp
                addresses: ["*@in.example"]
                loop_guard: none
                outbound: { relay: "smtp://127.0.0.1:\(sinkPort)", tls: none }
                inbound: { listen: "127.0.0.1:\(mailPort)", hostname: in.example }
            """
        try settings.write(toFile: "\(folder)/parley.yaml", atomically: true, encoding: .utf8)
        try await start()
    }

    /// Starts the daemon and waits until it answers.
    func start() async throws {
        let daemon = Process()
        daemon.executableURL = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appending(path: "parley")
        daemon.arguments = ["serve", "--config", "\(folder)/parley.yaml", "--log-level", "warning"]
        daemon.standardOutput = FileHandle.nullDevice
        daemon.standardError = FileHandle.standardError
        try daemon.run()
        self.daemon.withLock { $0 = daemon }
        for _ in 0..<500 {
            if let answer = try? await transfer.send(OutboundRequest(method: "GET", url: api + "/readyz"), trust: .operatorChosen),
                answer.status == 200
            {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Problem(description: "the daemon does not answer")
    }

    /// True when somebody listens on a loopback port.
    static func connects(_ port: Int) throws -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw Problem(description: "no socket can be had") }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Asks again until it is so, two minutes at most. What fails meanwhile is asked again.
    func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(120)
        var last: (any Error)?
        while ContinuousClock.now < end {
            do {
                if try await isSo() { return }
            } catch {
                last = error
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Problem(description: "not within two minutes: \(what)\(last.map { " (\($0))" } ?? "")")
    }

    /// Starts a peer's program; it writes to standard error.
    func launch(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Ends a peer's program at once: nothing that it has is needed any more.
    func end(_ process: Process) {
        // Without waiting for it, which on another thread than the one that started it may last for ever.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    private var environment: [String: String] {
        let peers = ProcessInfo.processInfo.environment["PARLEY_PEERS"] ?? ""
        return [
            "LD_LIBRARY_PATH": "\(peers)/usr/lib/postfix:\(peers)/usr/lib/x86_64-linux-gnu:\(peers)/lib/x86_64-linux-gnu",
            "PATH": "/usr/bin:/bin",
        ]
    }

    /// The running daemon's, or -1.
    var processIdentifier: Int32 { daemon.withLock { $0?.processIdentifier ?? -1 } }

    func peer(_ path: String) -> String? {
        guard let peers = ProcessInfo.processInfo.environment["PARLEY_PEERS"] else { return nil }
        return FileManager.default.isExecutableFile(atPath: "\(peers)/\(path)") ? "\(peers)/\(path)" : nil
    }

    /// The most mails that a run may send: each is of a pair of its own.
    static let mailsMax = 6000

    /// Makes conversations with a phone for the REST load, whose identifiers it writes, and as many with a mailbox under six proxy
    /// addresses for the mail load.
    func prepare(pairs: Int) async throws {
        var sids: [String] = []
        try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var made: [String] = []
                    for number in stride(from: worker, to: pairs, by: 8) {
                        let spoken = try await self.create()
                        try await self.add("%2B1555\(2_000_000 + number)", by: "%2B15550100000", to: spoken)
                        made.append(spoken)
                        let mailed = try await self.create()
                        for mail in stride(from: number, through: BenchSite.mailsMax, by: pairs) {
                            try await self.add("bob%40customer.example", by: "\(mail)bench%40in.example", to: mailed)
                        }
                    }
                    return made
                }
            }
            for try await made in group { sids += made }
        }
        try sids.joined(separator: "\n").write(toFile: "\(folder)/conversations", atomically: true, encoding: .utf8)
    }

    /// Makes conversations with a phone each.
    func conversations(_ count: Int, pair: @escaping @Sendable (Int) -> (phone: String, proxy: String)) async throws -> [String] {
        try await withThrowingTaskGroup(of: [(Int, String)].self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var made: [(Int, String)] = []
                    for number in stride(from: worker, to: count, by: 8) {
                        let conversation = try await self.create()
                        let pair = pair(number)
                        try await self.add(
                            pair.phone.replacing("+", with: "%2B"), by: pair.proxy.replacing("+", with: "%2B"), to: conversation)
                        made.append((number, conversation))
                    }
                    return made
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func add(_ address: String, by proxy: String, to conversation: String) async throws {
        try await post(
            "/v1/Conversations/\(conversation)/Participants", "MessagingBinding.Address=\(address)&MessagingBinding.ProxyAddress=\(proxy)")
    }

    /// True when every delivery of an adapter has settled.
    func isQueueEmpty(_ adapter: String) async throws -> Bool {
        struct Queue: Decodable {
            struct Delivery: Decodable { var sid: String }
            var deliveries: [Delivery]
        }
        let page = try await get(api + "/admin/v1/queue?adapter=\(adapter)&limit=1")
        return try JSONDecoder().decode(Queue.self, from: Data(page.utf8)).deliveries.isEmpty
    }

    /// What stands at a URL.
    func get(_ url: String, expecting status: Int = 200) async throws -> String {
        let answer = try await transfer.send(
            OutboundRequest(method: "GET", url: url, headers: [HeaderField("Authorization", authorization)]), trust: .operatorChosen)
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == status else { throw Problem(description: "\(answer.status) \(text)") }
        return text
    }

    struct Created: Decodable { var sid: String }

    func create() async throws -> String {
        try JSONDecoder().decode(Created.self, from: Data(await post("/v1/Conversations", "FriendlyName=Bench"))).sid
    }

    @discardableResult func post(_ path: String, _ form: String) async throws -> [UInt8] {
        let answer = try await transfer.send(
            OutboundRequest(
                method: "POST", url: api + path,
                headers: [HeaderField("Authorization", authorization), HeaderField("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(form.utf8)), trust: .operatorChosen)
        guard answer.status == 201 else {
            throw Problem(description: "\(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return answer.body
    }

    /// Runs a program to its end and returns what it printed and how long it took.
    func run(_ program: String, _ arguments: [String]) async throws -> (output: String, seconds: Double) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = pipe
        process.standardError = pipe
        let begun = ContinuousClock.now
        try process.run()
        let output = String(decoding: (try? pipe.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let took = ContinuousClock.now - begun
        guard process.terminationStatus == 0 else { throw Problem(description: "\(program): \(output)") }
        return (output, took.inSeconds)
    }

    /// Ends the daemon; its database stays.
    func end() {
        daemon.withLock { daemon in
            guard let running = daemon else { return }
            kill(running.processIdentifier, SIGTERM)
            running.waitUntilExit()
            daemon = nil
        }
    }

    func stop() {
        end()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
