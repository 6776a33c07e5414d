/// Runs the realtime load against ours and against nchan, in turns, and prints both.
struct RealtimeReport {
    let site: BenchSite
    /// How many descriptors a process may have open: each connection takes one here and one there.
    let descriptors: Int

    private static let spare = 200

    func run() async throws {
        guard descriptors >= RealtimeLoad.listeners + Self.spare else {
            return Bench.say(
                "SKIPPED: the realtime load needs \(RealtimeLoad.listeners + Self.spare) descriptors; there are \(descriptors)")
        }
        let load = RealtimeLoad(site: site)
        let subject = try await load.ours()
        let ours = try await load.latencies(of: subject)
        Bench.say(
            "realtime, one conversation, \(RealtimeLoad.listeners) WebSockets, \(RealtimeLoad.texts) messages, one each "
                + "\(RealtimeLoad.pace), \(ours.bytes) bytes a frame:")
        show("parley, durable", ours)
        let counts = [1000, 5000].filter { $0 + Self.spare <= descriptors }
        if let peer = try await NchanPeer(site: site) {
            defer { peer.stop() }
            let theirs = try await load.latencies(of: peer.subject(bytes: ours.bytes))
            show("nchan, in memory", theirs)
            compare("since the POST was sent", ours.sent, theirs.sent)
            compare("the last of all", ours.everybody, theirs.everybody)
        } else {
            Bench.say("  SKIPPED: nginx with nchan is not under PARLEY_PEERS; run `make peers`")
        }
        // Fresh processes: memory that the load above left free would be used again.
        site.end()
        try await site.start()
        let spent = try await load.memory(of: subject, counts: counts)
        Bench.say("realtime, resident memory of an idle, subscribed WebSocket, each of its own user:")
        show("parley", spent)
        if let peer = try await NchanPeer(site: site) {
            defer { peer.stop() }
            show("nchan, a channel each", try await load.memory(of: peer.subject(bytes: 0), counts: counts))
        }
    }

    private func show(_ name: String, _ latencies: RealtimeLoad.Latencies) {
        func pair(_ sorted: [Double]) -> String {
            "p50 \(Bench.milliseconds(RealtimeLoad.Latencies.share(sorted, 50))), p99 \(Bench.milliseconds(RealtimeLoad.Latencies.share(sorted, 99)))"
        }
        Bench.say(
            "  \(name): since the POST was sent \(pair(latencies.sent)); since its answer was there \(pair(latencies.answered)); "
                + "the last of all, since the POST \(pair(latencies.everybody))")
    }

    private func compare(_ name: String, _ ours: [Double], _ theirs: [Double]) {
        let ratios = [50, 99].map { percent in
            "p\(percent) "
                + Bench.ratio(RealtimeLoad.Latencies.share(ours, percent), RealtimeLoad.Latencies.share(theirs, percent))
        }
        Bench.say("  ratio, \(name): \(ratios.joined(separator: ", "))")
    }

    private func show(_ name: String, _ figures: [(count: Int, each: Double)]) {
        let each = figures.map { "\(Bench.kibibytes($0.each)) at \($0.count)" }
        Bench.say("  \(name): \(each.joined(separator: ", "))")
    }
}
