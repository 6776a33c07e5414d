import Foundation

/// Debian's Kannel with its spool on the same disk, sending to the sink through its HTTP interface to SMS centres.
struct KannelSender {
    let port = BenchSite.freePort()

    private let site: BenchSite
    private let processes: [Process]

    /// Nil where Kannel is not under PARLEY_PEERS.
    init?(site: BenchSite) async throws {
        guard let bearerbox = site.peer("usr/sbin/bearerbox"), let smsbox = site.peer("usr/sbin/smsbox") else { return nil }
        let folder = "\(site.folder)/kannel"
        try FileManager.default.createDirectory(atPath: "\(folder)/spool", withIntermediateDirectories: true)
        let box = BenchSite.freePort()
        let settings = """
            group = core
            admin-port = \(BenchSite.freePort())
            admin-password = bar
            smsbox-port = \(box)
            log-level = 3
            store-type = spool
            store-location = "\(folder)/spool"
            box-allow-ip = "127.0.0.1"

            group = smsc
            smsc = http
            smsc-id = sink
            system-type = kannel
            send-url = "http://127.0.0.1:\(ProviderSink.port)/cgi-bin/sendsms"
            port = \(BenchSite.freePort())
            smsc-username = u
            smsc-password = p
            max-pending-submits = 64

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = \(port)
            log-level = 3

            group = sendsms-user
            username = tester
            password = foobar
            max-messages = 3

            """
        try settings.write(toFile: "\(folder)/kannel.conf", atomically: true, encoding: .utf8)
        self.site = site
        let outer = try site.launch(bearerbox, ["-v", "3", "\(folder)/kannel.conf"])
        do {
            // smsbox gives up when bearerbox does not listen yet.
            try await site.eventually("bearerbox listens") { try BenchSite.connects(box) }
            processes = [try site.launch(smsbox, ["-v", "3", "\(folder)/kannel.conf"]), outer]
        } catch {
            site.end(outer)
            throw error
        }
        let port = port
        do {
            try await site.eventually("smsbox listens") { try BenchSite.connects(port) }
        } catch {
            stop()
            throw error
        }
    }

    func stop() { for process in processes { site.end(process) } }
}
