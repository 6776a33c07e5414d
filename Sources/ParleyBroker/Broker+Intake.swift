import Foundation
import Logging
public import ParleyCore

extension Broker: Intake {
    public func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict {
        switch ProxyRoute(recipient, rules: rules) {
        case .served(let owner, let proxy, let token):
            owner == adapter || rules.directory.serves(adapter, proxy)
                ? .served(proxy: proxy, token: token.map(ReplyToken.init(participant:))) : .unknown
        case .forged: .forged
        case .unknown: .unknown
        }
    }

    public func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
        let items = try facts.map { fact throws(NotDurable) in try prepare(fact) }
        do {
            let channel = rules.directory.profile(adapter)?.channel ?? .sms
            return try await perform(ReceiveInbound(adapter: adapter, items: items), by: .channel(channel))
        } catch let failure as NotDurable {
            throw failure
        } catch {
            // A rule that cannot settle one of them harms none of its neighbours: it is kept raw and shown.
            logger.error("inbound could not be settled", metadata: ["adapter": "\(adapter)", "error": "\(type(of: error))"])
            guard items.count > 1 else { return try await keepUnsettled(items, adapter: adapter) }
            var verdicts: [InboundVerdict] = []
            for fact in facts { verdicts += try await accept([fact], adapter: adapter) }
            return verdicts
        }
    }

    private func keepUnsettled(_ items: [PreparedInbound], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
        for item in items {
            do {
                try await perform(
                    ReceiveCallback(
                        adapter: adapter, facts: [.notUnderstood("unsettled")], raw: item.rawKey == nil ? item.fact.raw : [],
                        rawKey: item.rawKey))
            } catch let failure as NotDurable {
                throw failure
            } catch {
                throw NotDurable("\(type(of: error))")
            }
        }
        return items.map { _ in .held(reason: "unsettled") }
    }

    /// Makes what a fact brought along durable: media, and a raw form that is too long for the database.
    func prepare(_ fact: InboundFact) throws(NotDurable) -> PreparedInbound {
        var fact = fact.withoutNUL
        let limits = rules.limits
        do {
            var kept: [PreparedInbound.Kept] = []
            for medium in fact.media {
                kept.append(
                    PreparedInbound.Kept(
                        key: try media.keep(medium.content), contentType: medium.contentType, filename: medium.filename,
                        size: medium.content.count))
            }
            if let text = fact.text, text.utf8.count > limits.bodyBytes {
                // Nothing is lost: the whole text comes along as an attachment.
                let whole = Array(text.utf8)
                kept.append(
                    PreparedInbound.Kept(
                        key: try media.keep(whole), contentType: "text/plain; charset=utf-8", filename: "message.txt", size: whole.count))
                fact.text = text.prefix(withinBytes: limits.bodyBytes)
            }
            let rawKey = fact.raw.count > limits.rawBytesInline ? try media.keep(fact.raw) : nil
            fact.media = []
            return PreparedInbound(fact: fact, media: kept, rawKey: rawKey)
        } catch {
            throw NotDurable("the media store: \(error)")
        }
    }
}

extension String {
    /// The longest prefix of whole characters within so many bytes of UTF-8.
    func prefix(withinBytes limit: Int) -> String {
        var bytes = 0
        let end = indices.first { index in
            bytes += self[index].utf8.count
            return bytes > limit
        }
        return end.map { String(self[..<$0]) } ?? self
    }
}

extension InboundFact {
    /// The fact with U+FFFD in the place of NUL, which ends a text for SQLite and for much else. The raw form is kept as it came.
    fileprivate var withoutNUL: InboundFact {
        func clean(_ text: String) -> String { text.replacing("\0", with: "\u{FFFD}") }
        var fact = self
        fact.proxy = clean(proxy)
        fact.sender = clean(sender)
        fact.identity = identity.map(clean)
        fact.text = text.map(clean)
        fact.subject = subject.map(clean)
        if let part { fact.part?.reference = clean(part.reference) }
        fact.messageID = messageID.map(clean)
        fact.references = references.map(clean)
        fact.media = media.map { InboundMedia(contentType: clean($0.contentType), filename: $0.filename.map(clean), content: $0.content) }
        return fact
    }
}
