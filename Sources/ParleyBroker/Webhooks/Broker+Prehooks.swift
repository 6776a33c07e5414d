import Logging
import ParleyCore

/// Asks pre-hooks: the account's first, then the service's, which is told what the first one changed.
extension Broker {
    /// The fact as it is to be carried out.
    ///
    /// - Throws: ``Refusal`` when a hook refused it, or when what it is about is not there.
    func asked<F: Fact>(_ fact: F, by origin: Origin) async throws -> F {
        guard origin.firesWebhooks, let hooked = fact as? any Prehooked, let exchange else { return fact }
        return try await ask(hooked, by: origin, exchange) as? F ?? fact
    }

    private func ask<H: Prehooked>(_ hooked: H, by origin: Origin, _ exchange: any HTTPExchange) async throws -> H {
        var hooked = hooked
        for level in Level.allCases {
            guard let question = try await question(hooked, level, by: origin) else { continue }
            hooked.take(try await answer(to: question, exchange))
        }
        return hooked
    }

    private enum Level: CaseIterable { case account, service }

    private func question<H: Prehooked>(_ hooked: H, _ level: Level, by origin: Origin) async throws -> (Hook, WebhookRequest)? {
        let rules = rules
        let stamp = source.stamp()
        return try await read { transaction in
            var configuration: WebhookConfiguration?
            if level == .account {
                configuration = try transaction.webhookConfiguration(of: nil)
                guard configuration?.preURL != nil else { return nil }
            }
            guard let prehook = try hooked.prehook(transaction, rules, by: origin, now: stamp.now) else { return nil }
            if level == .service { configuration = try transaction.webhookConfiguration(of: prehook.service) }
            guard let url = configuration?.url(for: prehook.hook) else { return nil }
            var identifiers = stamp.identifiers
            let token = ContentDigest.hex(ofParts: ["prehook", String(identifiers.next()), String(identifiers.next())])
            return (
                prehook.hook,
                WebhookRequest(
                    url: url, method: configuration?.method ?? .post, parameters: prehook.parameters, token: String(token.prefix(32)))
            )
        }
    }

    private func answer(to question: (hook: Hook, request: WebhookRequest), _ exchange: any HTTPExchange) async throws(Refusal)
        -> HookChanges
    {
        let rules = rules.webhooks
        let answer: PrehookAnswer
        do {
            let outbound = question.request.outbound(under: rules, at: source.stamp().now)
            answer = try PrehookAnswer(try await exchange.send(outbound, trust: rules.trust))
        } catch let failure as TransferFailure {
            answer = PrehookAnswer(failure)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            answer = .unanswered(timedOut: false, reason: "\(type(of: error))")
        }
        switch answer {
        case .goOn(let changes):
            return changes
        case .refused:
            throw .prehookRefused
        case .unanswered(let timedOut, let reason):
            let goesOn = rules.whenUnanswered == .publish
            logger.warning(
                "a pre-webhook gave no answer; the action \(goesOn ? "goes on unchanged" : "is refused")",
                metadata: ["hook": "\(question.hook.rawValue)", "url": "\(WebhookURL.shown(question.request.url))", "reason": "\(reason)"])
            if goesOn { return HookChanges() }
            throw timedOut ? .prehookTimedOut : .prehookFailed
        }
    }
}
