import ParleyCore
import Synchronization

/// A scripted SMTP server: it records what it is told, and answers with 250 unless the script says otherwise.
final class SMTPScript: Sendable {
    /// Commands as they came, and `.` at the end of each mail's data.
    let commands = Record<String>()
    /// The data of each mail as it was on the wire, still dot-stuffed, without the final dot.
    let data = Record<String>()
    let connections = Record<Int>()
    private let script: LoopbackServer
    var port: Int { script.port }

    static let hangUp = "hang up"
    static let silence = "silence"

    /// - Parameters:
    ///   - answers: by the beginning of a command, or `.` for the end of data. An answer may have several lines; ``hangUp`` closes the
    ///     connection instead, ``silence`` says nothing more.
    ///   - mailsPerConnection: the connection is closed after that many mails, without a word.
    init(
        greeting: String = "220 relay.test ESMTP", ehlo: [String] = ["SIZE 1000000"], answers: [String: String] = [:],
        mailsPerConnection: Int = 1000
    ) {
        let (commands, data, connections) = (commands, data, connections)
        let count = Atomic(0)
        script = LoopbackServer { connection in
            connections.add(count.add(1, ordering: .relaxed).newValue)
            /// Returns false when the connection is over.
            func answer(_ command: String, _ usual: String) -> Bool {
                let key = answers.keys.filter { command.uppercased().hasPrefix($0.uppercased()) }.max { $0.count < $1.count }
                let text = key.flatMap { answers[$0] } ?? usual
                if text == Self.hangUp { return false }
                if text == Self.silence {
                    connection.drain()
                    return false
                }
                connection.write(text.split(separator: "\n").map { $0 + "\r\n" }.joined())
                return !text.hasPrefix("421")
            }
            guard answer("greeting", greeting) else { return }
            var mails = 0
            while let line = connection.line() {
                commands.add(line)
                let verb = line.prefix(4).uppercased()
                switch verb {
                case "EHLO":
                    let lines = ["relay.test"] + ehlo
                    let reply = lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }.joined(
                        separator: "\n")
                    guard answer(line, reply) else { return }
                case "AUTH": guard answer(line, "235 2.7.0 welcome") else { return }
                case "QUIT":
                    _ = answer(line, "221 bye")
                    return
                case "DATA":
                    let invitation = answers["DATA"] ?? "354 go on"
                    guard answer(line, invitation) else { return }
                    guard invitation.hasPrefix("354") else { continue }
                    var content = ""
                    while let dataLine = connection.line(), dataLine != "." { content += dataLine + "\r\n" }
                    data.add(content)
                    commands.add(".")
                    guard answer(".", "250 2.0.0 Ok: queued as Q\(data.all.count)") else { return }
                    mails += 1
                    if mails == mailsPerConnection { return }
                default: guard answer(line, "250 2.0.0 Ok") else { return }
                }
            }
        }
    }

    func relay(_ security: Relay.Security = .none, username: String? = nil, password: String? = nil) -> Relay {
        Relay(host: "127.0.0.1", port: port, security: security, username: username, password: password, hello: "parley.test")
    }
}
