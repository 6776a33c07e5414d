import Crypto
import Foundation
import NIOCore
import Synchronization

/// The realtime feed: how long a message is on its way to 1,000 WebSocket connections of one conversation, and what an idle connection costs;
/// the same by the same client for nginx with nchan, which keeps its messages in memory.
struct RealtimeLoad {
    let site: BenchSite

    static let listeners = 1000
    static let texts = 200
    /// Sent ahead of those that count.
    static let warmUp = 20
    static let pace = Duration.milliseconds(100)

    /// Of all pairs of a connection and a message, in seconds.
    struct Latencies {
        /// Since the request was sent.
        var sent: [Double]
        /// Since its answer was there; below zero where the frame was first.
        var answered: [Double]
        /// Since the request was sent, to the last of the connections.
        var everybody: [Double]
        /// The length of one frame.
        var bytes: Int

        static func share(_ sorted: [Double], _ percent: Int) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count * percent / 100, sorted.count - 1)]
        }
    }

    /// One server under the measurement.
    struct Subject {
        var port: Int
        /// How connection number `n` comes to hear the one conversation.
        var member: (Int) -> SocketListener.Part
        /// How idle connection number `n` is made.
        var idler: (Int) -> SocketListener.Part
        var publish: (String) async throws -> Void
        /// Who is asked for resident memory.
        var process: () -> Int32
    }

    func latencies(of subject: Subject) async throws -> Latencies {
        let crowd = Crowd(texts: Self.warmUp + Self.texts)
        try await crowd.connect((0..<Self.listeners).map(subject.member), port: subject.port)
        var times: [(sent: UInt64, answered: UInt64)] = []
        let begun = ContinuousClock.now
        for number in 0..<Self.warmUp + Self.texts {
            try await Task.sleep(until: begun + Self.pace * number, tolerance: .zero)
            let sent = NIODeadline.now().uptimeNanoseconds
            try await subject.publish(SocketListener.text(number))
            times.append((sent, NIODeadline.now().uptimeNanoseconds))
        }
        let arrivals = try await crowd.arrivals()
        await crowd.close()
        func seconds(_ from: UInt64, _ to: UInt64) -> Double { (Double(to) - Double(from)) / 1e9 }
        var result = Latencies(sent: [], answered: [], everybody: [], bytes: crowd.tally.bytes.load(ordering: .relaxed))
        for number in Self.warmUp..<Self.warmUp + Self.texts {
            for connection in arrivals {
                result.sent.append(seconds(times[number].sent, connection[number]))
                result.answered.append(seconds(times[number].answered, connection[number]))
            }
            result.everybody.append(seconds(times[number].sent, arrivals.map { $0[number] }.max() ?? 0))
        }
        result.sent.sort()
        result.answered.sort()
        result.everybody.sort()
        return result
    }

    /// What each of so many idle, subscribed connections adds to the resident size, in bytes.
    ///
    /// A hundred connections come and go first: what is made once is not theirs.
    func memory(of subject: Subject, counts: [Int]) async throws -> [(count: Int, each: Double)] {
        let first = Crowd()
        try await first.connect((0..<100).map(subject.idler), port: subject.port)
        await first.close()
        let before = try await ResidentSize.settled(of: subject.process())
        let crowd = Crowd()
        var figures: [(Int, Double)] = []
        for count in counts {
            try await crowd.connect((crowd.count..<count).map(subject.idler), port: subject.port)
            let after = try await ResidentSize.settled(of: subject.process())
            guard crowd.tally.lost.load(ordering: .relaxed) == 0 else { throw BenchSite.Problem(description: "idle connections were lost") }
            figures.append((count, Double(after - before) / Double(count)))
        }
        await crowd.close()
        return figures
    }

    // MARK: Ours

    func ours() async throws -> Subject {
        let conversation = try await site.create()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in stride(from: worker, to: Self.listeners, by: 8) {
                        try await site.post("/v1/Conversations/\(conversation)/Participants", "Identity=member\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let tokens = AccessTokens()
        func part(_ identity: String) -> SocketListener.Part {
            SocketListener.Part(
                head: Self.head("/v1/realtime", ["Authorization: Bearer \(tokens.token(for: identity))"]),
                greeting: #"{"type":"subscribe"}"#)
        }
        return Subject(
            port: site.apiPort, member: { part("member\($0)") }, idler: { part("idler\($0)") },
            publish: { try await site.post("/v1/Conversations/\(conversation)/Messages", "Body=\($0.replacing(" ", with: "+"))") },
            process: { site.processIdentifier })
    }

    static func head(_ path: String, _ fields: [String] = []) -> String {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}

/// Access tokens for the bench's chat users, signed with the key of its settings.
struct AccessTokens {
    private let now = Int(Date().timeIntervalSince1970)

    func token(for identity: String) -> String {
        let claims = """
            {"jti":"\(identity)","iss":"\(BenchSite.key)","sub":"\(BenchSite.account)","nbf":\(now),"exp":\(now + 3600),\
            "grants":{"identity":"\(identity)","chat":{}}}
            """
        let signed = encoded(Array(#"{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}"#.utf8)) + "." + encoded(Array(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: Array(BenchSite.keySecret.utf8)))
        return signed + "." + encoded(Array(code))
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
