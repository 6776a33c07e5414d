import Hummingbird
import ParleyBroker
import ParleyCore

/// The erasure of a person's data, for the operator: asked for by address or identity, and carried out as a job.
struct ErasureRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [Route(.post, "erasures", create), Route(.get, "erasures", list), Route(.get, "erasures/{erasure}", fetch)]
    }

    private enum Choice: String, CaseIterable { case `true`, `false` }

    /// A trial run counts each kind of row up to this.
    static let countMax = 10_000

    private func create(_ exchange: Exchange) async throws -> Answer {
        let (form, body) = try await exchange.form()
        let person = try person(form)
        if try form.word("DryRun", Choice.self) == .true {
            let counts = try await desk.read(exchange) { try $0.extent(of: person, max: ErasureRoutes.countMax) }
            return .json(["dry_run": .bool(true), "counts": self.counts(counts)])
        }
        return try await desk.post(RequestErasure(person), exchange, body: body, status: 202) { row, _ in erasure(row) }
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let page = try OperatorPage(exchange.query())
        let rows = try await desk.read(exchange) { transaction in try page.read { try transaction.erasures(page: $0) } }
        return .json(["erasures": .array(rows.rows.map(erasure)), "next_cursor": JSON(rows.next)])
    }

    private func fetch(_ exchange: Exchange) async throws -> Answer {
        let text = exchange.variable("erasure")
        let row = try await desk.read(exchange) { try Int64(text).flatMap($0.erasure) }
        guard let row else { throw Refusal.notFound("/erasures/\(text)") }
        return .json(erasure(row))
    }

    private func person(_ form: Parameters) throws -> ErasedPerson {
        let address = try form.text("Address") ?? ""
        let identity = try form.name("Identity", charactersMax: desk.broker.rules.limits.nameCharacters) ?? ""
        guard address.isEmpty != identity.isEmpty else { throw Refusal.invalid("Address", "expected either Address or Identity") }
        guard address.isEmpty else {
            do {
                let address = try Address(address)
                guard desk.broker.rules.directory.owner(of: address) == nil else {
                    throw Refusal.invalid("Address", "is an address of this gateway")
                }
                return .address(address.key)
            } catch let problem as AddressProblem {
                throw Refusal.invalid("Address", "\(problem)")
            }
        }
        guard identity != "system" else { throw Refusal.invalid("Identity", "system is the gateway itself") }
        return .identity(identity)
    }

    /// Names nobody: the job's digest and pseudonym stand for the person.
    private func erasure(_ row: Erasure) -> JSON {
        [
            "id": .integer(Int(row.id)), "state": .string(row.finished == nil ? "running" : "done"), "phase": .string(row.phase.rawValue),
            "kind": JSON(row.person.map { if case .identity = $0 { "identity" } else { "address" } }), "sha256": .string(row.digest),
            "pseudonym": .string(row.pseudonym), "counts": counts(row.counts), "date_created": .string(WireDate.text(row.requested)),
            "date_finished": row.finished.map { .string(WireDate.text($0)) } ?? .null,
        ]
    }

    private func counts(_ counts: ErasureCounts) -> JSON {
        [
            "participants": .integer(counts.participants), "messages": .integer(counts.messages), "media": .integer(counts.media),
            "deliveries": .integer(counts.deliveries), "inbound": .integer(counts.inbound), "users": .integer(counts.users),
        ]
    }
}
