import HTTPTypes
import Hummingbird
import ParleyBroker
import ParleyCore

/// The configured adapters, and the controls that some have of their own.
struct AdapterRoutes: Sendable {
    let desk: Desk
    let tally: CallbackTally

    var routes: [Route] {
        [Route(.get, "adapters", list)]
            + [HTTPRequest.Method.get, .post, .put, .patch, .delete].map { Route($0, "adapters/{adapter}/{rest…}", control) }
    }

    private func list(_ exchange: Exchange) async throws -> Answer {
        let rules = desk.broker.rules
        let pauses = try await desk.broker.read { try $0.adapterPauses() }
        let profiles = rules.directory.profiles.values.sorted { $0.name < $1.name }
        let rows = profiles.map { profile in adapter(profile, pauses.first { $0.adapter == profile.name }, rules) }
        return .json(["adapters": .array(rows)])
    }

    private func adapter(_ profile: AdapterProfile, _ pause: AdapterPause?, _ rules: Rules) -> JSON {
        let capabilities = profile.capabilities
        let callbacks = desk.broker.gateway(profile.name) is any CallbackGateway ? CallbackRequest.Path.allCases.map(\.rawValue) : []
        return [
            "name": .string(profile.name), "type": .string(profile.type), "channel": .string(profile.channel.rawValue),
            "addresses": .array(profile.addresses.map { .string($0.text) }),
            "paused": pause.map { ["reason": .string($0.reason), "since": .string(WireDate.text($0.since))] } ?? .null,
            "capabilities": [
                "media_types": .array(capabilities.mediaTypes.map(JSON.string)), "media_count_max": .integer(capabilities.mediaCountMax),
                "media_bytes_max": limit(capabilities.mediaBytesMax),
                "media_bytes_total_max": limit(capabilities.mediaBytesTotalMax), "receipts": .bool(capabilities.receipts),
            ],
            "refused_callbacks": .integer(tally.refused[profile.name] ?? 0),
            "callback_urls": .array(
                callbacks.map { .string("\(rules.publicURL)/adapters/\(PercentEncoding.encode(profile.name))/\($0)") }),
        ]
    }

    /// Null where there is no limit.
    private func limit(_ bytes: Int) -> JSON { bytes == .max ? .null : .integer(bytes) }

    private func control(_ exchange: Exchange) async throws -> Answer {
        guard let gateway = desk.broker.gateway(exchange.variable("adapter")) as? any ControlledGateway else {
            throw Refusal.notFound(exchange.path.raw)
        }
        let body = try await exchange.body(max: exchange.bounds.requestBytes)
        let answer = await gateway.control(
            ControlRequest(method: exchange.request.method.rawValue, path: exchange.variable("rest"), body: body))
        return answer.body.isEmpty ? Answer(status: answer.status) : .json(bytes: answer.body, status: answer.status)
    }
}
