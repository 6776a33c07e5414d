import Foundation

/// An SMS provider that takes everything at once, as `sendsms` of a Kannel does: nginx, which counts requests and notes when one came whose
/// text begins with `idle`.
struct ProviderSink {
    static let port = BenchSite.freePort()

    private let site: BenchSite
    private let nginx: Process
    private let log: String

    /// Nil where nginx is not under PARLEY_PEERS.
    init?(site: BenchSite) async throws {
        guard let program = site.peer("usr/sbin/nginx") else { return nil }
        let folder = "\(site.folder)/sink"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let settings = """
            daemon off; master_process off; pid nginx.pid; error_log stderr error;
            events { worker_connections 2048; }
            http {
              client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
              keepalive_requests 100000000;
              map $arg_text $idle { default 0; ~^idle 1; }
              log_format moments '$arg_text $msec';
              access_log \(folder)/moments moments if=$idle;
              server {
                listen 127.0.0.1:\(Self.port) backlog=2048;
                location = /status { stub_status; access_log off; }
                location / { default_type text/plain; return 202 "0: Accepted for delivery"; }
              }
            }
            """
        try settings.write(toFile: "\(folder)/nginx.conf", atomically: true, encoding: .utf8)
        self.site = site
        log = "\(folder)/moments"
        nginx = try site.launch(program, ["-p", folder, "-e", "stderr", "-c", "\(folder)/nginx.conf"])
        try await site.eventually("nginx answers") { try await taken() > 0 }
    }

    /// How many requests were answered since the start, those for this figure included.
    func taken() async throws -> Int {
        let page = try await site.get("http://127.0.0.1:\(Self.port)/status")
        // "server accepts handled requests", and their three figures on the next line.
        let figures = page.split(separator: "\n").dropFirst(2).first?.split(separator: " ").compactMap { Int($0) } ?? []
        guard figures.count == 3 else { throw BenchSite.Problem(description: "nginx says \(page)") }
        return figures[2]
    }

    /// When a text came, in seconds since 1970 with three places; nil before.
    func moment(of text: String) -> Double? {
        guard let lines = try? String(contentsOfFile: log, encoding: .utf8) else { return nil }
        return lines.split(separator: "\n").last { $0.hasPrefix(text + " ") }?.split(separator: " ").last.flatMap { Double($0) }
    }

    func stop() { site.end(nginx) }
}
