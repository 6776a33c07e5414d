import Hummingbird
import ParleyBroker
import ParleyCore

/// What would become of a message from one address to another, for the operator. The person's address is masked; nothing is sent, and nothing
/// changes.
struct ExplanationRoutes: Sendable {
    let desk: Desk

    var routes: [Route] { [Route(.get, "route", explain)] }

    private func explain(_ exchange: Exchange) async throws -> Answer {
        let query = try exchange.query()
        let from = try address("From", in: query)
        let to = try address("To", in: query)
        do {
            return .json(.object(explanation(try await desk.broker.explain(from: from, to: to))))
        } catch let problem as MessageRoute.Problem {
            throw Self.refusal(problem)
        }
    }

    private func address(_ name: String, in query: Parameters) throws(Refusal) -> Address {
        let text = try query.required(name)
        do { return try Address(text) } catch { throw Refusal.invalid(name, error.description) }
    }

    private static func refusal(_ problem: MessageRoute.Problem) -> Refusal {
        switch problem {
        case .bothOurs(let from, let to):
            .invalid(
                "To", "is served here, by adapter \(to), and so is From, by adapter \(from); expected a person's address in one of them")
        case .neitherOurs: .invalid("To", "is served by no adapter, and neither is From; expected an address of ours in one of them")
        }
    }

    private func explanation(_ explanation: RouteExplanation) -> [JSON.Member] {
        let route = explanation.route
        return [
            JSON.Member("direction", .string(route.direction.rawValue)), JSON.Member("proxy_address", .string(route.pair.proxy.key)),
            JSON.Member("address", .string(route.pair.address.masked)), JSON.Member("adapter", .string(route.adapter.name)),
            JSON.Member("pattern", JSON(route.claims.first?.pattern.text)),
            JSON.Member("outcome", .string(explanation.outcome.rawValue)), JSON.Member("reason", JSON(explanation.reason)),
            JSON.Member("conversation_sid", JSON(explanation.conversation?.sid)),
            JSON.Member("conversation_state", JSON(explanation.conversation?.state.rawValue)),
            JSON.Member("chat_service_sid", JSON(explanation.conversation?.service)),
            JSON.Member("participant_sid", JSON(explanation.participant?.sid)),
            JSON.Member("stranger", explanation.stranger.map(stranger) ?? .null),
            JSON.Member("lane", explanation.lane.map { lane($0, head: explanation.head) } ?? .null),
            JSON.Member("consent", explanation.consent.map(consent) ?? .null),
            JSON.Member("adapter_pause", explanation.pause.map(pause) ?? .null),
        ]
    }

    private func stranger(_ stranger: RouteExplanation.Stranger) -> JSON {
        [
            "unknown_sender": .string(stranger.rule.rawValue), "address_configuration_sid": JSON(stranger.configuration),
            "chat_service_sid": JSON(stranger.service),
        ]
    }

    private func lane(_ lane: Lane, head: Delivery?) -> JSON {
        let pause: JSON = lane.pausedUntil.map { ["until": date($0), "reason": JSON(lane.pauseReason)] } ?? .null
        return [
            "head": JSON(lane.head), "head_phase": JSON(head?.phase.rawValue), "due": lane.due.map(date) ?? .null,
            "leased_until": lane.leasedUntil.map(date) ?? .null, "pause": pause,
        ]
    }

    private func consent(_ consent: Consent) -> JSON {
        [
            "state": .string(consent.state.rawValue), "source": .string(consent.source.rawValue), "date_changed": date(consent.changed),
        ]
    }

    private func pause(_ pause: AdapterPause) -> JSON { ["reason": .string(pause.reason), "since": date(pause.since)] }

    private func date(_ instant: Instant) -> JSON { .string(WireDate.text(instant)) }
}
