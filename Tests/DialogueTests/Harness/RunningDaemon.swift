import Foundation
import ParleyCore
import ParleyTransfer
import Synchronization

/// The built binary, running on free loopback ports with a folder of its own. It is ended with the value's `kill` or `terminate`.
final class RunningDaemon: Sendable {
    let folder: TestFolder
    let ports: Ports
    let transfer = Transfer()
    private let process: Mutex<Process?> = Mutex(nil)

    struct Ports: Sendable {
        var api = FreePort.take()
        var callbacks = FreePort.take()
        var mail = FreePort.take()
        var relay = FreePort.take()
        var kannel = FreePort.take()
    }

    struct Unexpected: Error, CustomStringConvertible { var description: String }

    static let account = "AC00000000000000000000000000000001"
    static let token = "a-token-for-tests"

    init(folder: TestFolder = TestFolder(), ports: Ports = Ports()) {
        self.folder = folder
        self.ports = ports
        folder.write("parley.yaml", RunningDaemon.settings(folder, ports))
    }

    var config: String { folder.path("parley.yaml") }
    var api: String { "http://127.0.0.1:\(ports.api)" }

    static func settings(_ folder: TestFolder, _ ports: Ports) -> String {
        """
        server:
          listen: 127.0.0.1:\(ports.api)
          public_listen: 127.0.0.1:\(ports.callbacks)
          drain_time: 5s
        account: { sid: \(account), auth_token: \(token) }
        definitions: [\(BuiltBinary.root)/adapters]
        retry: { unknown_grace: 2s }
        storage:
          database: sqlite:\(folder.path("parley.db"))
          media: file:\(folder.path("media"))
        adapters:
          demo-sms: { type: mock, addresses: ["+15550100000"] }
          carrier:
            type: http-sms
            provider: kannel
            base_url: http://127.0.0.1:\(ports.kannel)
            credentials: { username: tester, password: foobar }
            callback_secret: callback-secret
            addresses: ["+15551230001"]
            loop_guard: none
          mail:
            type: smtp
            addresses: ["*@in.example"]
            loop_guard: none
            outbound: { relay: "smtp://127.0.0.1:\(ports.relay)", tls: none }
            inbound: { listen: "127.0.0.1:\(ports.mail)", protocol: smtp, hostname: in.example, size_max: 1 MiB }
        """
    }

    /// Starts the daemon and returns when its ports answer.
    func start() async throws {
        let child = try BuiltBinary.launch(["serve", "--config", config], log: folder.path("daemon.log"))
        process.withLock { $0 = child }
        try await eventually("the daemon answers; its log:\n\(log)") {
            guard child.isRunning else { throw Unexpected(description: "the daemon ended at once:\n\(self.log)") }
            let answer = try? await self.transfer.send(OutboundRequest(method: "GET", url: self.api + "/readyz"), trust: .operatorChosen)
            return answer?.status == 200 && FreePort.answers(self.ports.mail) && FreePort.answers(self.ports.callbacks)
        }
    }

    var log: String { folder.read("daemon.log") }

    var processIdentifier: Int32? { process.withLock { $0?.processIdentifier } }

    /// Ends the daemon as a power cut would.
    func kill() {
        guard let child = process.withLock({ $0 }) else { return }
        Foundation.kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }

    /// Asks the daemon to stop and returns its exit code. The wait, which lasts until the daemon has drained, is on a thread of its own:
    /// on the tests' few cooperative threads it would hold up everybody else's.
    @discardableResult func terminate() async -> Int32 {
        guard let child = process.withLock({ $0 }), child.isRunning else { return -1 }
        Foundation.kill(child.processIdentifier, SIGTERM)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                child.waitUntilExit()
                continuation.resume(returning: child.terminationStatus)
            }
        }
    }

    struct Answer: Sendable {
        var status: Int
        var json: [String: JSON]
        var text: String
    }

    func get(_ path: String) async throws -> Answer { try await call("GET", path) }

    func post(_ path: String, _ form: [(String, String)], headers: [HeaderField] = []) async throws -> Answer {
        let body = form.map { "\(escape($0.0))=\(escape($0.1))" }.joined(separator: "&")
        return try await call(
            "POST", path, body: Array(body.utf8), headers: headers + [HeaderField("Content-Type", "application/x-www-form-urlencoded")])
    }

    func call(_ method: String, _ path: String, body: [UInt8]? = nil, headers: [HeaderField] = []) async throws -> Answer {
        let credentials = Data("\(RunningDaemon.account):\(RunningDaemon.token)".utf8).base64EncodedString()
        let answer = try await transfer.send(
            OutboundRequest(
                method: method, url: api + path, headers: [HeaderField("Authorization", "Basic \(credentials)")] + headers, body: body,
                answerBytesMax: 16 << 20),
            trust: .operatorChosen)
        let json = (try? JSONDecoder().decode([String: JSON].self, from: Data(answer.body))) ?? [:]
        return Answer(status: answer.status, json: json, text: String(decoding: answer.body, as: UTF8.self))
    }

    private func escape(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) ?? ""
    }
}

/// JSON as it comes.
enum JSON: Decodable, Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var array: [JSON] { if case .array(let value) = self { value } else { [] } }
    var int: Int? { if case .number(let value) = self { Int(value) } else { nil } }
    subscript(key: String) -> JSON? { if case .object(let value) = self { value[key] } else { nil } }
}

/// Waits for something that other programs bring about, looking again until it is so.
func eventually(_ what: @autoclosure () -> String, within patience: Duration = .seconds(300), _ condition: () async throws -> Bool)
    async throws
{
    let end = ContinuousClock.now + patience
    while try await !condition() {
        guard ContinuousClock.now < end else { throw RunningDaemon.Unexpected(description: "it did not happen: \(what())") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
