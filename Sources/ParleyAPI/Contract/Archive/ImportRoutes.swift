import Foundation
import HTTPTypes
import Hummingbird
import ParleyBroker
import ParleyCore

/// Makes a new conversation of an export. Either the whole is there at the end, or nothing.
struct ImportRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.post, "ConversationImports", create)] }

    /// Of a whole export, in bytes; beyond: 413.
    static let bytesMax = 64 << 20

    private enum Choice: String, CaseIterable { case `true`, `false` }

    private func create(_ exchange: Exchange) async throws -> Answer {
        let binds = try exchange.query().word("BindParticipants", Choice.self) == .true
        try check(exchange.request.headers[.contentType])
        // Refused before the lines come, not after.
        _ = try IdempotentRequest.key(in: exchange.request.headers)
        var conversation = ConversationImport(broker: desk.broker, service: exchange.mount.service, binds: binds)
        do {
            var lines = LineReader()
            for try await chunk in try exchange.chunks(max: ImportRoutes.bytesMax) {
                for line in try lines.take(chunk) { try await conversation.take(line) }
            }
            if let line = try lines.rest() { try await conversation.take(line) }
            let publication = try await conversation.publication(lineCount: lines.count)
            let presentation = desk.presentation(exchange)
            let answer = try await desk.post(publication, exchange, body: Array(lines.digest.utf8), status: 201) { row, _ in
                presentation.conversation(row)
            }
            // A repeat that was answered like the first has staged its lines for nothing.
            try await conversation.giveUp(bytes: false)
            return answer
        } catch {
            // Should this fail as well, the next start of the daemon finds what is staged.
            try? await conversation.giveUp(bytes: true)
            throw error
        }
    }

    private func check(_ type: String?) throws {
        guard let type = type?.prefix(while: { $0 != ";" }).trimmingCharacters(in: .whitespaces).lowercased() else { return }
        guard ["application/x-ndjson", "application/ndjson"].contains(type) else {
            throw Refusal.invalid("Content-Type", "expected application/x-ndjson")
        }
    }
}

/// Cuts a body into its lines as it comes.
struct LineReader {
    /// The number of lines so far.
    private(set) var count = 0
    private var pending: [UInt8] = []
    private var hash = ContentDigest()

    /// The longest line, in bytes.
    static let lengthMax = 16 << 20

    /// What tells one body from another.
    var digest: String { hash.hex() }

    /// The lines that are whole with these bytes. Empty ones are counted and left out.
    mutating func take(_ bytes: [UInt8]) throws -> [ImportLine] {
        hash.update(bytes)
        var lines: [ImportLine] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            pending += bytes[start..<end]
            if let line = try cut() { lines.append(line) }
            start = end + 1
        }
        pending += bytes[start...]
        try checkLength()
        return lines
    }

    /// The last line, when no line break followed it.
    mutating func rest() throws -> ImportLine? { pending.isEmpty ? nil : try cut() }

    private mutating func cut() throws -> ImportLine? {
        try checkLength()
        count += 1
        defer { pending = [] }
        return pending.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } ? nil : ImportLine(pending, number: count)
    }

    private func checkLength() throws {
        guard pending.count <= LineReader.lengthMax else {
            throw Refusal.importLine(count + 1, "at most \(LineReader.lengthMax) bytes")
        }
    }
}
