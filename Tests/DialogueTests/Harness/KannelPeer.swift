import Foundation
import ParleyCore
import ParleyTransfer
import Testing

/// Debian's Kannel with a fake SMSC: bearerbox, smsbox, and fakesmsc, which plays the phones. Its smsbox listens where the daemon's adapter
/// `carrier` looks for it, and calls the daemon back as adapters/kannel.yaml tells the operator to set it up.
final class KannelPeer: Sendable {
    private let processes: [Process]
    private let folder: TestFolder
    private let speaking: Int
    private let admin: Int
    private let transfer: Transfer
    private let program: String

    static let environment = Peers.environment

    /// Nil, with a loud line, where Kannel cannot be had.
    static func start(_ daemon: RunningDaemon) async throws -> KannelPeer? {
        guard let bearerbox = Peers.program("usr/sbin/bearerbox"), let smsbox = Peers.program("usr/sbin/smsbox"),
            let fakesmsc = Peers.program("usr/lib/kannel/test/fakesmsc")
        else { return nil }
        return try await KannelPeer(daemon, bearerbox: bearerbox, smsbox: smsbox, fakesmsc: fakesmsc)
    }

    private init(_ daemon: RunningDaemon, bearerbox: String, smsbox: String, fakesmsc: String) async throws {
        let folder = daemon.folder
        let (admin, boxPort, smsc, speaking) = (FreePort.take(), FreePort.take(), FreePort.take(), FreePort.take())
        self.folder = folder
        self.speaking = speaking
        self.admin = admin
        transfer = daemon.transfer
        program = fakesmsc
        let inbound = "http://127.0.0.1:\(daemon.ports.callbacks)/adapters/carrier/inbound/callback-secret"
        folder.write(
            "kannel.conf",
            """
            group = core
            admin-port = \(admin)
            admin-password = bar
            smsbox-port = \(boxPort)
            log-level = 4
            box-allow-ip = "127.0.0.1"
            dlr-storage = internal

            group = smsc
            smsc = fake
            smsc-id = fake
            port = \(smsc)
            connect-allow-ip = 127.0.0.1

            # A fake SMSC has one phone at a time: what phones say comes by another one, over which nothing is sent.
            group = smsc
            smsc = fake
            smsc-id = speaking
            allowed-smsc-id = speaking
            port = \(speaking)
            connect-allow-ip = 127.0.0.1

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = \(daemon.ports.kannel)
            log-level = 4
            http-request-retry = 10000
            http-queue-delay = 1

            group = sendsms-user
            username = tester
            password = foobar
            max-messages = 10
            concatenation = true

            group = sms-service
            keyword = default
            catch-all = true
            get-url = "\(inbound)?id=%I&from=%p&to=%P&text=%b&coding=%c&charset=%C&ts=%T"
            max-messages = 0
            omit-empty = true

            """)
        var started: [Process] = []
        func launch(_ program: String, _ arguments: [String], log: String) throws {
            started.append(
                try BuiltBinary.launch(arguments, program: program, log: folder.path(log), environment: Self.environment))
        }
        do {
            let configuration = ["-v", "4", folder.path("kannel.conf")]
            try launch(bearerbox, configuration, log: "bearerbox.log")
            try await eventually("bearerbox listens\n\(folder.read("bearerbox.log").suffix(2000))") { FreePort.answers(boxPort) }
            try launch(smsbox, configuration, log: "smsbox.log")
            try await eventually("smsbox listens") { FreePort.answers(daemon.ports.kannel) }
            // It says nothing by itself and prints what it gets.
            try launch(fakesmsc, ["-H", "127.0.0.1", "-r", "\(smsc)", "-m", "0", "1 2 text nothing"], log: "phone.log")
            try await eventually("the fake SMSC is connected") { folder.read("phone.log").contains("Connecting to") }
        } catch {
            for child in started { kill(child.processIdentifier, SIGKILL) }
            throw error
        }
        processes = started
    }

    /// What the phones got, as fakesmsc prints it: sender, receiver, kind and text.
    var received: [String] {
        folder.read("phone.log").components(separatedBy: "Got message ").dropFirst().compactMap { line in
            guard let start = line.firstIndex(of: "<"), let end = line.firstRange(of: ">\n") else { return nil }
            return String(line[line.index(after: start)..<end.lowerBound])
        }
    }

    /// A phone says something: `text Hello`, `ucs2 %04%1F`, `udh %05%00%03%4D%02%01 text`. Returns when bearerbox has it.
    func say(_ words: String, from sender: String, to receiver: String) async throws {
        let before = try await heardCount()
        let log = "phone-\(UUID().uuidString).log"
        let child = try BuiltBinary.launch(
            ["-H", "127.0.0.1", "-r", "\(speaking)", "-i", "0.01", "-m", "1", "\(sender) \(receiver) \(words)"], program: program,
            log: folder.path(log), environment: Self.environment)
        defer { kill(child.processIdentifier, SIGKILL) }
        try await eventually("bearerbox has heard the phone\n\(folder.read(log))") { try await heardCount() > before }
    }

    /// How many messages bearerbox has got from phones, as its status page says.
    private func heardCount() async throws -> Int {
        let url = "http://127.0.0.1:\(admin)/status.txt?password=bar"
        let answer = try await transfer.send(OutboundRequest(method: "GET", url: url), trust: .operatorChosen)
        let page = String(decoding: answer.body, as: UTF8.self)
        return page.firstMatch(of: /SMS: received ([0-9]+)/).flatMap { Int($0.1) } ?? 0
    }

    func stop() {
        for child in processes where child.isRunning { kill(child.processIdentifier, SIGKILL) }
    }
}
