import Foundation
public import ParleyCore

extension Broker: Intake {
    public func recipient(_ recipient: String, adapter: String) async throws(NotDurable) -> RecipientVerdict {
        switch ProxyRoute(recipient, rules: rules) {
        case .served(let owner, let proxy, let token):
            owner == adapter ? .served(proxy: proxy, token: token.map(ReplyToken.init(participant:))) : .unknown
        case .forged: .forged
        case .unknown: .unknown
        }
    }

    public func accept(_ facts: [InboundFact], adapter: String) async throws(NotDurable) -> [InboundVerdict] {
        let items = try facts.map { fact throws(NotDurable) in try prepare(fact) }
        do {
            return try await perform(ReceiveInbound(adapter: adapter, items: items))
        } catch let failure as NotDurable {
            throw failure
        } catch {
            throw NotDurable("\(error)")
        }
    }

    /// Makes what a fact brought along durable: media, and a raw form that is too long for the database.
    func prepare(_ fact: InboundFact) throws(NotDurable) -> PreparedInbound {
        var fact = fact
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
