public import ParleyCore

/// The media that an inbound message names were asked for. When all came, or waiting for more is given up, the message is judged.
public struct CollectMedia: Fact {
    /// What became of one link.
    public enum Piece: Sendable, Hashable {
        /// Its bytes survive a power cut.
        case fetched(PreparedInbound.Kept)
        /// It is no medium of the message.
        case left
        /// Not now.
        case later
        /// Never.
        case missing
    }

    /// The number of the inbox row.
    public var id: Int64
    /// One for each link of the fact, in its order.
    public var pieces: [Piece]
    /// True when no rule could judge the message: an operator decides.
    public var isUnsettled: Bool

    public init(_ id: Int64, pieces: [Piece], isUnsettled: Bool = false) {
        self.id = id
        self.pieces = pieces
        self.isUnsettled = isUnsettled
    }

    private var fetched: [MediaKey] {
        pieces.compactMap { piece in if case .fetched(let medium) = piece { medium.key } else { nil } }
    }

    /// True when the message was judged, false while it waits on or somebody settled it before.
    public func apply(
        to transaction: any WriteTransaction, under rules: Rules, stamp: inout Stamp, effects: inout [Effect]
    ) throws -> Bool {
        guard var pending = try transaction.pendingMedia(of: id) else {
            // Somebody decided or erased meanwhile: no row will name the bytes.
            try transaction.loosen(fetched)
            return false
        }
        guard var entry = try transaction.inboxItem(id), entry.verdict == .held, var kept = try transaction.keptInbound(of: id) else {
            try transaction.forgetPendingMedia(of: id)
            try transaction.loosen(fetched)
            return false
        }
        let isComplete = kept.take(pieces)
        try transaction.add(fetched, toInbox: id)
        if !isUnsettled, !isComplete, pending.attempt < rules.retry.mediaDelays.count {
            pending.due = stamp.now + rules.retry.mediaDelays[pending.attempt]
            pending.attempt += 1
            try transaction.keep(kept, of: id)
            try transaction.put(pending)
            effects.append(.fetch)
            return false
        }
        try transaction.forgetPendingMedia(of: id)
        var flags = entry.flags
        if kept.settleLinks() { flags.insert(.mediaNotFetched) }
        let arrival = Arrival(adapter: entry.adapter, item: kept, rules: rules)
        let route = ProxyRoute(kept.fact.proxy, rules: rules)
        var acting = stamp.by(.channel(rules.channel(of: entry.adapter)))
        let verdict =
            isUnsettled
            ? .held(reason: "unsettled") : try arrival.judge(route, flags, .collected, transaction, &acting, &effects)
        try arrival.confirm(verdict, route, transaction, &acting, &effects)
        stamp.identifiers = acting.identifiers
        try arrival.record(verdict, flags, in: &entry, transaction)
        if entry.verdict == .held {
            try arrival.wait(verdict, route, entry, transaction, stamp, &effects)
        } else {
            try transaction.keep(nil, of: id)
        }
        return true
    }
}

extension PreparedInbound {
    /// Notes what became of the links. Returns false while some may still come.
    fileprivate mutating func take(_ pieces: [CollectMedia.Piece]) -> Bool {
        var links: [InboundLink] = []
        var isComplete = true
        for (index, var link) in (fact.links ?? []).enumerated() {
            switch index < pieces.count ? pieces[index] : .later {
            case .fetched(let medium): link.kept = medium
            case .left: continue
            case .later: if link.kept == nil { isComplete = false }
            case .missing: break
            }
            links.append(link)
        }
        fact.links = links
        return isComplete
    }

    /// True when it names media of which nobody has asked for all.
    var hasLinksToFetch: Bool { fact.links?.contains { $0.kept == nil } ?? false }

    /// Takes the links that were fetched as media, in their order, and forgets the others. Returns true when there were others.
    mutating func settleLinks() -> Bool {
        let links = fact.links ?? []
        media += links.compactMap(\.kept)
        fact.links = nil
        return links.contains { $0.kept == nil }
    }
}
