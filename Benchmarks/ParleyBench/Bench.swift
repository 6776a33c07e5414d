import Foundation

/// `make bench`: measures the release build beside peers in the same run, on loopback, with a database on the disk of the temporary folder.
///
/// Every figure is printed with what it was measured against. Load is spread over 1,000 conversations with a pair of their own each. The
/// load generators, the peers and the daemon share the machine's cores.
@main struct Bench {
    static let pairs = 1000
    static let seconds = 8

    /// `parley-bench [rest] [sms] [mail] [realtime] [pages]`: what is named is measured, or everything.
    static func main() async {
        do {
            try await measure(Set(CommandLine.arguments.dropFirst()))
        } catch {
            fflush(nil)
            FileHandle.standardError.write(Data("parley-bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func measure(_ named: Set<String>) async throws {
        func isWanted(_ part: String) -> Bool { named.isEmpty || named.contains(part) }
        let descriptors = DescriptorLimit.raise()
        let site = try await BenchSite()
        defer { site.stop() }
        let disk = try DiskPace.measure(in: site.folder)
        Bench.say(
            "machine: \(ProcessInfo.processInfo.activeProcessorCount) cores; fdatasync of 4 KiB, one at a time: \(whole(disk)) per second")
        if isWanted("rest") || isWanted("mail") { try await site.prepare(pairs: pairs) }
        if !isWanted("rest") {
        } else if let wrk = site.peer("usr/bin/wrk") {
            for connections in [1, 32] {
                let load = try await RESTLoad(site: site, wrk: wrk).run(connections: connections, seconds: seconds)
                Bench.say(
                    "REST messages created durably, \(connections) connection\(connections == 1 ? "" : "s"): \(whole(load.rate)) per second"
                        + " (p50 \(load.median), p99 \(load.tail)); \(ratio(load.rate, disk)) of the disk's fdatasync pace")
            }
        } else {
            Bench.say("SKIPPED: REST load needs wrk under PARLEY_PEERS")
        }
        if !isWanted("sms") {
        } else if let wrk = site.peer("usr/bin/wrk"), let sink = try await ProviderSink(site: site) {
            defer { sink.stop() }
            try await SMSLoad(site: site, sink: sink, wrk: wrk).report(seconds: seconds)
        } else {
            Bench.say("SKIPPED: SMS load needs wrk and nginx under PARLEY_PEERS")
        }
        if !isWanted("mail") {
        } else if let source = site.peer("usr/sbin/smtp-source"), let sink = site.peer("usr/sbin/smtp-sink") {
            let load = MailLoad(site: site, source: source, sink: sink)
            let ours = try await load.ours(count: BenchSite.mailsMax, sessions: 32)
            let peer = try await load.peer(count: BenchSite.mailsMax, sessions: 32)
            Bench.say(
                "mails accepted durably, 32 sessions, 4 KB: \(whole(ours)) per second; smtp-sink, which keeps nothing: \(whole(peer)) per second;"
                    + " ratio \(ratio(ours, peer))")
        } else {
            Bench.say("SKIPPED: mail load needs smtp-source and smtp-sink under PARLEY_PEERS")
        }
        if isWanted("realtime") { try await RealtimeReport(site: site, descriptors: descriptors).run() }
        guard isWanted("pages") else { return }
        let pages = PageLoad(site: site)
        let (short, long) = try await pages.run(lengths: (1000, 1_000_000))
        Bench.say(
            "a page of 50 messages in a conversation of 1,000: p50 \(milliseconds(short.median)), p99 \(milliseconds(short.tail)); of 1,000,000: "
                + "p50 \(milliseconds(long.median)), p99 \(milliseconds(long.tail)); ratio p50 \(ratio(long.median, short.median)), "
                + "p99 \(ratio(long.tail, short.tail))")
    }

    /// A line of the report, seen at once also where it goes to a pipe.
    static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    static func milliseconds(_ seconds: Double) -> String { String(format: "%.2f ms", seconds * 1000) }

    static func kibibytes(_ bytes: Double) -> String { String(format: "%.1f KiB", bytes / 1024) }

    static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

    static func ratio(_ value: Double, _ peer: Double) -> String { peer > 0 ? String(format: "%.2f", value / peer) : "–" }
}
