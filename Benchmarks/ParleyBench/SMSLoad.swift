import Foundation

/// Messages to phones, from the request that hands one in to the provider's answer: through this daemon and through Kannel, to the same sink.
struct SMSLoad {
    let site: BenchSite
    let sink: ProviderSink
    let wrk: String

    /// Each message is of one of so many pairs of a proxy address and a phone.
    static let pairs = 1000
    static let proxies = 10
    static let connections = 32
    private static let idleMessages = 200

    static func proxy(_ number: Int) -> String { "+1555011000\(number % proxies)" }
    static func phone(_ number: Int) -> String { "+1555\(3_000_000 + number)" }

    /// What one side is asked, and when all of what it was asked has been done.
    struct Subject {
        /// A path and a form for wrk, as Lua, by the number of the pair `n` and the text `t`.
        var lua: String
        var port: Int
        /// Asks for one text to a pair.
        var ask: @Sendable (_ pair: Int, _ text: String) async throws -> Void
        /// True when nothing waits any more.
        var isDone: @Sendable () async throws -> Bool
    }

    struct Result {
        /// Messages that the provider answered, and whose outcome is kept, per second.
        var rate: Double
        var accepted: Int
    }

    /// Loads for so many seconds, waits for the last message, and divides by the whole time.
    func rate(of subject: Subject, seconds: Int) async throws -> Result {
        let script = """
            \(subject.lua)
            request = function() return message(math.random(0, \(Self.pairs - 1)), "hello") end
            done = function(summary, latency)
              io.write(string.format("COUNT %d\\nBAD %d\\n", summary.requests,
                summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
            end
            """
        let path = "\(site.folder)/sms.lua"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let before = try await sink.taken()
        let begun = ContinuousClock.now
        let output = try await site.run(
            wrk, ["-t1", "-c\(Self.connections)", "-d\(seconds)s", "-s", path, "http://127.0.0.1:\(subject.port)"]
        ).output
        func value(_ name: String) -> Int {
            output.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) } ?? -1
        }
        guard value("BAD") == 0 else { throw BenchSite.Problem(description: "requests failed: \(output)") }
        // What the last connections were asking for when wrk ended may have been taken as well.
        var asked = 0
        try await site.eventually("all messages have left") {
            let now = try await sink.taken()
            asked += 1
            return now - before - asked >= value("COUNT")
        }
        try await site.eventually("nothing waits") { try await subject.isDone() }
        let took = ContinuousClock.now - begun
        return Result(rate: Double(value("COUNT")) / took.inSeconds, accepted: value("COUNT"))
    }

    /// One message at a time with nothing else to do: from asking to the provider's answer, by its clock, in seconds.
    func idleLatency(of subject: Subject) async throws -> (median: Double, tail: Double) {
        var times: [Double] = []
        for number in 0..<Self.idleMessages + 20 {
            let text = "idle\(UUID().uuidString.prefix(8))"
            let begun = Date().timeIntervalSince1970
            try await subject.ask(number * 7 % Self.pairs, text)
            var moment: Double?
            try await site.eventually("a message has left") {
                moment = sink.moment(of: text)
                return moment != nil
            }
            if number >= 20, let moment { times.append(moment - begun) }
        }
        times.sort()
        return (times[times.count / 2], times[times.count * 99 / 100])
    }

    /// Makes a conversation for each pair, and says what this daemon is asked.
    func ours() async throws -> Subject {
        let conversations = try await site.conversations(Self.pairs) { (Self.phone($0), Self.proxy($0)) }
        let path = "\(site.folder)/sms-conversations"
        try conversations.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return Subject(
            lua: """
                local sids = {}
                for line in io.lines("\(path)") do sids[#sids + 1] = line end
                local headers = { ["Authorization"] = "\(site.authorization)", ["Content-Type"] = "application/x-www-form-urlencoded" }
                function message(n, t)
                  return wrk.format("POST", "/v1/Conversations/" .. sids[n + 1] .. "/Messages", headers, "Author=alice&Body=" .. t)
                end
                """,
            port: site.apiPort,
            ask: { [site] pair, text in
                try await site.post("/v1/Conversations/\(conversations[pair])/Messages", "Author=alice&Body=\(text)")
            },
            isDone: { [site] in
                try await site.isQueueEmpty("carrier")
            })
    }

    /// Kannel keeps no outcome: a message is gone from its spool when the provider has answered.
    func theirs(_ kannel: KannelSender) -> Subject {
        let query = "/cgi-bin/sendsms?username=tester&password=foobar"
        return Subject(
            lua: """
                function message(n, t)
                  return wrk.format("GET", "\(query)&from=%2B1555011000" .. (n % \(Self.proxies)) .. "&to=%2B1555" .. (3000000 + n) .. "&text=" .. t)
                end
                """,
            port: kannel.port,
            ask: { [site] pair, text in
                func coded(_ number: String) -> String { number.replacing("+", with: "%2B") }
                let url =
                    "http://127.0.0.1:\(kannel.port)\(query)&from=\(coded(Self.proxy(pair)))&to=\(coded(Self.phone(pair)))&text=\(text)"
                _ = try await site.get(url, expecting: 202)
            },
            isDone: { true })
    }

    /// Both sides, one after the other, and what they come to.
    func report(seconds: Int) async throws {
        let ours = try await ours()
        let idle = try await idleLatency(of: ours)
        let rate = try await rate(of: ours, seconds: seconds)
        Bench.say(
            "SMS, from REST to the provider's answer and our commit of it, \(Self.connections) connections, \(Self.pairs) pairs: "
                + "\(Bench.whole(rate.rate)) per second (\(rate.accepted) messages)")
        Bench.say("a single SMS at idle, REST to provider: p50 \(Bench.milliseconds(idle.median)), p99 \(Bench.milliseconds(idle.tail))")
        guard let kannel = try await KannelSender(site: site) else { return Bench.say("SKIPPED: Kannel is not under PARLEY_PEERS") }
        defer { kannel.stop() }
        let theirs = theirs(kannel)
        let peerIdle = try await idleLatency(of: theirs)
        let peer = try await self.rate(of: theirs, seconds: seconds)
        Bench.say(
            "Kannel, from sendsms to the provider's answer, same load: \(Bench.whole(peer.rate)) per second (\(peer.accepted) messages); "
                + "ratio \(Bench.ratio(rate.rate, peer.rate))")
        Bench.say(
            "Kannel, a single SMS at idle: p50 \(Bench.milliseconds(peerIdle.median)), p99 \(Bench.milliseconds(peerIdle.tail)); ratio p50 "
                + "\(Bench.ratio(idle.median, peerIdle.median)), p99 \(Bench.ratio(idle.tail, peerIdle.tail))")
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
