import Foundation
import ParleyCore
import ParleyTransfer

/// nginx with the module nchan, which hands what is posted to a channel to the WebSockets that listen to it.
final class NchanPeer {
    private let site: BenchSite
    private let process = Process()
    private let port = BenchSite.freePort()

    /// Nil where it is not under PARLEY_PEERS.
    init?(site: BenchSite) async throws {
        guard let nginx = site.peer("usr/sbin/nginx"), let peers = ProcessInfo.processInfo.environment["PARLEY_PEERS"],
            let module = FileManager.default.contents(atPath: "\(peers)/usr/lib/nginx/modules/ngx_nchan_module.so")
        else { return nil }
        self.site = site
        let folder = "\(site.folder)/nginx"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try NchanPeer.moved(module).write(to: URL(filePath: "\(folder)/nchan.so"))
        let worker = getuid() == 0 ? "user nobody nogroup;" : ""
        let settings = """
            daemon off; pid nginx.pid; error_log stderr error; worker_processes 1; worker_rlimit_nofile 16384; \(worker)
            load_module \(folder)/nchan.so;
            events { worker_connections 8192; }
            http {
              access_log off; keepalive_requests 1000000;
              client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
              server {
                listen 127.0.0.1:\(port);
                location ~ ^/listen/(\\w+)$ { nchan_subscriber websocket; nchan_channel_id $1; }
                location ~ ^/speak/(\\w+)$ { nchan_publisher http; nchan_channel_id $1; }
              }
            }
            """
        try settings.write(toFile: "\(folder)/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: nginx)
        process.arguments = ["-p", folder, "-e", "stderr", "-c", "\(folder)/nginx.conf"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<250 {
            if (try? await publish("hello", to: "nobody")) != nil { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        stop()
        return nil
    }

    /// The module with a folder of ours in place of the one under /var/lib that is compiled in: its directive for that does not work.
    private static func moved(_ module: Data) -> Data {
        var module = module
        if let path = module.range(of: Data("/var/lib/nginx/body".utf8)) {
            module.replaceSubrange(path, with: Data("messages-on-the-way".utf8))
        }
        return module
    }

    /// A message is as long as one of our events.
    func subject(bytes: Int) -> RealtimeLoad.Subject {
        RealtimeLoad.Subject(
            port: port, member: { _ in .init(head: RealtimeLoad.head("/listen/crowd")) },
            idler: { .init(head: RealtimeLoad.head("/listen/idler\($0)")) },
            publish: { [self] in try await publish($0 + String(repeating: ".", count: max(0, bytes - $0.utf8.count)), to: "crowd") },
            process: { [self] in worker })
    }

    private func publish(_ text: String, to channel: String) async throws {
        let answer = try await site.transfer.send(
            OutboundRequest(
                method: "POST", url: "http://127.0.0.1:\(port)/speak/\(channel)", headers: [HeaderField("Content-Type", "text/plain")],
                body: Array(text.utf8)), trust: .operatorChosen)
        guard (200...202).contains(answer.status) else { throw BenchSite.Problem(description: "nchan answered \(answer.status)") }
    }

    /// The one that holds the connections.
    private var worker: Int32 {
        let children = try? String(
            contentsOfFile: "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children", encoding: .utf8)
        return children?.split(separator: " ").first.flatMap { Int32($0) } ?? process.processIdentifier
    }

    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
    }
}
