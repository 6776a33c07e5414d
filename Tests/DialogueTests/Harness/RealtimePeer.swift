import Foundation
import ParleyCore
import Synchronization
import Testing

/// A client of the realtime feed over a raw connection, so that it can break every rule.
struct RealtimePeer: Sendable {
    /// What the gateway has sent.
    enum Heard: Sendable, Hashable {
        case text(String)
        case ping([UInt8])
        case pong([UInt8])
        /// A close frame; a code stands in all but empty ones.
        case close(Int?)
        /// The connection is gone without another word.
        case end

        var json: JSON? {
            guard case .text(let text) = self else { return nil }
            return try? JSONDecoder().decode(JSON.self, from: Data(text.utf8))
        }
        var type: String? { json?["type"]?.string }
    }

    /// An HTTP answer.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: String

        /// The contract's code of a refusal.
        var code: Int? { (try? JSONDecoder().decode([String: JSON].self, from: Data(body.utf8)))?["code"]?.int }
    }

    let connection: RawConnection
    /// Set once the peer listens by itself (``listening()``).
    private var heard: Heap? = nil

    /// What a listening peer has heard and not been asked for.
    private final class Heap: Sendable {
        let frames = Mutex<[Heard]>([])
    }

    init(_ daemon: RunningDaemon, receiveBuffer: Int? = nil) throws {
        connection = try RawConnection(port: daemon.ports.api, receiveBuffer: receiveBuffer)
    }

    /// A client whose upgrade is done, and who has said nothing yet.
    static func upgraded(_ daemon: RunningDaemon, token: String, receiveBuffer: Int? = nil) async throws -> RealtimePeer {
        let peer = try RealtimePeer(daemon, receiveBuffer: receiveBuffer)
        let answer = try await peer.ask(upgrade(["Authorization: Bearer \(token)"]))
        try #require(answer.status == 101, "\(answer)")
        return peer
    }

    /// A client that is told everything from now on.
    static func subscribed(_ daemon: RunningDaemon, token: String, receiveBuffer: Int? = nil) async throws -> RealtimePeer {
        let peer = try await upgraded(daemon, token: token, receiveBuffer: receiveBuffer)
        try await peer.say(#"{"type": "subscribe", "id": 1}"#)
        try await peer.until("subscribed") { $0["type"]?.string == "subscribed" }
        return peer
    }

    /// The same peer, which from now on reads by itself and answers pings until its connection ends: one that is only asked at the end of a
    /// long test would be taken for dead.
    func listening() -> RealtimePeer {
        let heap = Heap()
        let connection = self.connection
        Task {
            var hasEnded = false
            while !hasEnded {
                var payload: [UInt8]?
                var isIdle = false
                do {
                    let frame = try connection.read(RealtimePeer.frame)
                    if case .ping(let bytes) = frame { payload = bytes } else if let frame { heap.frames.withLock { $0.append(frame) } }
                    (isIdle, hasEnded) = (frame == nil, frame == .end)
                } catch {
                    heap.frames.withLock { $0.append(.end) }
                    return
                }
                if let payload { try await connection.send(ClientFrame(opcode: ClientFrame.Opcode.pong, payload: payload).bytes) }
                if isIdle { try await Task.sleep(for: .milliseconds(20)) }
            }
        }
        var peer = self
        peer.heard = heap
        return peer
    }

    /// The head of a request for an upgrade (RFC 6455 §4.1).
    static func upgrade(_ headers: [String], path: String = "/v1/realtime") -> String {
        head(
            "GET", path,
            [
                "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + headers)
    }

    static func head(_ method: String, _ path: String, _ headers: [String]) -> String {
        (["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Sends a request and returns the answer to it. After a 101 frames follow.
    func ask(_ request: String) async throws -> Answer {
        try await connection.send(request)
        var answer: Answer?
        try await eventually("an answer to the request") {
            answer = try connection.read { bytes, hasEnded in
                guard let answer = RealtimePeer.answer(in: bytes, hasEnded: hasEnded) else {
                    if hasEnded { throw RunningDaemon.Unexpected(description: "closed after \(bytes.count) bytes of an answer") }
                    return (0, nil)
                }
                return (answer.count, answer.answer)
            }
            return answer != nil
        }
        return try #require(answer)
    }

    func send(_ frame: ClientFrame) async throws { try await connection.send(frame.bytes) }

    func say(_ text: String) async throws { try await send(.text(text)) }

    /// Waits for the next thing the gateway sends.
    func next() async throws -> Heard {
        var heard: Heard?
        try await eventually("the gateway says something") {
            if let heap = self.heard {
                heard = heap.frames.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            } else {
                heard = try connection.read(RealtimePeer.frame)
            }
            return heard != nil
        }
        return try #require(heard)
    }

    /// Waits for a frame of a type, and returns it after those that came before it; meanwhile it answers pings, as a client that lives does.
    /// A connection that ends instead is a failure.
    @discardableResult func until(_ what: String, _ isIt: (JSON) -> Bool) async throws -> [Heard] {
        var all: [Heard] = []
        while true {
            let heard = try await next()
            all.append(heard)
            if case .ping(let payload) = heard { try await send(ClientFrame(opcode: ClientFrame.Opcode.pong, payload: payload)) }
            if let json = heard.json, isIt(json) { return all }
            if case .close = heard { throw RunningDaemon.Unexpected(description: "\(what) did not come, but \(all.suffix(3))") }
            if case .end = heard { throw RunningDaemon.Unexpected(description: "\(what) did not come, but the end after \(all.suffix(3))") }
        }
    }

    /// Waits for the message with a body.
    func until(body: String) async throws {
        try await until("the message \(body)") { $0["event"]?.string == "messageAdded" && $0["resource"]?["body"]?.string == body }
    }

    /// All that comes until the connection ends.
    func rest() async throws -> [Heard] {
        var all: [Heard] = []
        while true {
            let heard = try await next()
            if heard == .end { return all }
            all.append(heard)
        }
    }

    /// All that comes until a close frame or the end.
    func untilClosed() async throws -> [Heard] {
        var all: [Heard] = []
        while true {
            let heard = try await next()
            all.append(heard)
            switch heard {
            case .close, .end: return all
            default: break
            }
        }
    }

    /// A subscription that nobody spoiled hears a new message.
    func stillHears(_ body: String, in conversation: String, of daemon: RunningDaemon) async throws {
        _ = try await daemon.say(body, as: "bob", in: conversation)
        try await until(body: body)
    }

    private static func answer(in bytes: [UInt8], hasEnded: Bool) -> (count: Int, answer: Answer)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let rest = bytes.count - end.upperBound
        let length = status == 101 ? 0 : headers["content-length"].flatMap(Int.init)
        guard let length = length ?? (hasEnded ? rest : nil), rest >= length else { return nil }
        let body = String(decoding: bytes[end.upperBound..<end.upperBound + length], as: UTF8.self)
        return (end.upperBound + length, Answer(status: status, headers: headers, body: body))
    }

    /// The first frame of what has come, when it is whole. The gateway sends each message in one frame, and masks none (RFC 6455 §5.1).
    private static func frame(in bytes: [UInt8], hasEnded: Bool) throws -> (Int, Heard?) {
        let incomplete: (Int, Heard?) = hasEnded ? (bytes.count, .end) : (0, nil)
        guard bytes.count >= 2 else { return incomplete }
        var length = Int(bytes[1])
        var start = 2
        if length == 126 {
            guard bytes.count >= 4 else { return incomplete }
            length = Int(bytes[2]) << 8 | Int(bytes[3])
            start = 4
        } else if length == 127 {
            guard bytes.count >= 10 else { return incomplete }
            length = bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }
            start = 10
        }
        guard bytes.count - start >= length else { return incomplete }
        let payload = Array(bytes[start..<start + length])
        switch bytes[0] {
        case 0x81: return (start + length, .text(String(decoding: payload, as: UTF8.self)))
        case 0x88: return (start + length, .close(payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1])))
        case 0x89: return (start + length, .ping(payload))
        case 0x8A: return (start + length, .pong(payload))
        default: throw RunningDaemon.Unexpected(description: "a frame that begins with \(bytes[0]) and \(bytes[1])")
        }
    }
}
