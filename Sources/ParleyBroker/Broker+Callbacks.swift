import Logging
public import ParleyCore

/// Why a callback was not taken.
public enum CallbackRefusal: Error, Sendable, Hashable {
    /// No adapter of this name takes callbacks (404).
    case unknownAdapter
    /// The request does not prove where it comes from (403). Nothing of it is kept.
    case unauthentic(Unauthentic)
    /// It could not be made durable (503).
    case notDurable(NotDurable)
}

extension Broker {
    /// Takes a provider's callback; the acknowledgement is good to send, for everything it stands for is committed.
    public func callback(_ request: CallbackRequest, adapter: String) async throws(CallbackRefusal) -> Acknowledgement {
        guard let gateway = gateway(adapter) as? any CallbackGateway else { throw .unknownAdapter }
        let interpretation: Interpretation
        do {
            interpretation = try gateway.interpret(request, at: source.stamp().now)
        } catch {
            throw .unauthentic(error)
        }
        do {
            let raw = request.record
            var items: [ReceiveCallback.Item] = []
            for fact in interpretation.facts {
                switch fact {
                case .message(let message): items.append(.message(try prepare(message)))
                case .receipt(let receipt): items.append(.receipt(receipt))
                case .consent(let consent): items.append(.consent(consent))
                case .notUnderstood(let reason): items.append(.notUnderstood(reason))
                }
            }
            if !items.isEmpty { try await settle(items, raw: raw, adapter: adapter) }
            return interpretation.acknowledgement
        } catch let failure as NotDurable {
            throw .notDurable(failure)
        } catch {
            throw .notDurable(NotDurable("\(error)"))
        }
    }

    /// Settles the facts of a callback; a fact that no rule can settle harms none of its neighbours and is kept raw.
    private func settle(_ items: [ReceiveCallback.Item], raw: [UInt8], adapter: String) async throws {
        do {
            let rawKey = raw.count > rules.limits.rawBytesInline && items.contains(where: \.isKeptRaw) ? try media.keep(raw) : nil
            try await perform(ReceiveCallback(adapter: adapter, facts: items, raw: raw, rawKey: rawKey))
        } catch let failure as NotDurable {
            throw failure
        } catch let failure as MediaFailure {
            throw NotDurable("the media store: \(failure)")
        } catch {
            logger.error("a callback could not be settled", metadata: ["adapter": "\(adapter)", "error": "\(type(of: error))"])
            guard items.count > 1 else {
                try await perform(ReceiveCallback(adapter: adapter, facts: [.notUnderstood("unsettled")], raw: raw))
                return
            }
            for item in items { try await settle([item], raw: raw, adapter: adapter) }
        }
    }
}

extension CallbackRequest {
    /// The request as it is kept: method, query, content type and body, without the secret and without other headers.
    var record: [UInt8] {
        let type = header("Content-Type").map { "Content-Type: \($0)\n" } ?? ""
        return Array("\(method) \(path.rawValue)?\(query)\n\(type)\n".utf8) + body
    }
}

extension ReceiveCallback.Item {
    /// True when the raw request may be kept for it.
    fileprivate var isKeptRaw: Bool { if case .message = self { false } else { true } }
}
