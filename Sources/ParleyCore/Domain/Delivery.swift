/// The one delivery of a message to one non-chat participant. It settles once; later evidence may still correct what it says.
public struct Delivery: Sendable, Hashable {
    public let sid: SID
    /// Allotted in commit order over the whole installation; the order within a lane.
    public let ordinal: Int64
    public let lane: PairKey
    /// Another one once it has gone on to the next of its route.
    public var adapter: String
    public let channel: Channel
    public let conversation: SID
    public let message: SID
    public let participant: SID
    public var phase: Phase
    /// What the receipt says; nil before anything was sent.
    public var status: Status?
    /// Attempts begun.
    public var attempt: Int
    /// When the next attempt may begin, or what is awaited ends.
    public var due: Instant
    public let validUntil: Instant
    /// What is sent, as JSON; frozen when the delivery is first leased.
    public var payload: String?
    /// The contract's error code, 0 when there is none.
    public var errorCode: Int
    /// For the operator; holds no body and no full address.
    public var errorText: String?
    public var flags: Set<Flag>
    /// Until when a receipt is awaited of what was taken; nil when none is.
    public var receiptDue: Instant?
    public let created: Instant
    public var updated: Instant

    /// Where the delivery is in its life.
    public enum Phase: String, Sendable, Codable, CaseIterable {
        /// Not attempted yet → sending, cancelled, expired, held.
        case queued
        /// Leased: an attempt is under way → settled, deferred, awaiting, held.
        case sending
        /// An attempt failed for now → sending, cancelled, expired.
        case deferred
        /// An attempt's answer is unknown; a receipt is awaited for a while → settled, deferred, held.
        case awaiting
        /// Kept for a person's decision; it does not block its lane → settled (when its validity ends).
        case held
        /// Final. The status may still be corrected by later evidence.
        case settled
    }

    /// The contract's receipt status.
    public enum Status: String, Sendable, Codable, CaseIterable {
        case sent
        case delivered
        case read
        /// The carrier could not deliver it.
        case undelivered
        /// It never left, or was refused.
        case failed
    }

    public enum Flag: String, Sendable, Codable, CaseIterable {
        /// An attempt's answer was unknown and another was made: the person may have got it twice.
        case possibleDuplicate = "possible_duplicate"
        /// A medium was replaced by a link.
        case mediaLinked = "media_linked"
        /// Typographic characters were replaced by plain ones.
        case textReplaced = "text_replaced"
        /// It went on to the next adapter of its route; `error_text` says why, until something is known of it there.
        case failedOver = "failed_over"
        /// The text was cut and ends with a link to the whole.
        case textLinked = "text_linked"
        /// Cancelled before anything left.
        case cancelled
        /// The validity ended.
        case expired
        /// It was taken, and no receipt came within the adapter's time for one. One that comes later takes this away.
        case noReceipt = "no_receipt"
    }

    public init(
        sid: SID, ordinal: Int64, lane: PairKey, adapter: String, channel: Channel, conversation: SID, message: SID, participant: SID,
        phase: Phase, status: Status?, attempt: Int, due: Instant, validUntil: Instant, payload: String?, errorCode: Int,
        errorText: String?,
        flags: Set<Flag>, receiptDue: Instant? = nil, created: Instant, updated: Instant
    ) {
        self.sid = sid
        self.ordinal = ordinal
        self.lane = lane
        self.adapter = adapter
        self.channel = channel
        self.conversation = conversation
        self.message = message
        self.participant = participant
        self.phase = phase
        self.status = status
        self.attempt = attempt
        self.due = due
        self.validUntil = validUntil
        self.payload = payload
        self.errorCode = errorCode
        self.errorText = errorText
        self.flags = flags
        self.receiptDue = receiptDue
        self.created = created
        self.updated = updated
    }
}

/// One part of a delivery under the carrier's own id.
public struct DeliveryPart: Sendable, Hashable {
    public let delivery: SID
    public let part: Int
    public var carrierID: String
    public var status: Delivery.Status?

    public init(delivery: SID, part: Int, carrierID: String, status: Delivery.Status? = nil) {
        self.delivery = delivery
        self.part = part
        self.carrierID = carrierID
        self.status = status
    }

    /// Stands for the id of a part that the carrier gave none, so that it is kept that it was taken.
    public static func standInID(_ delivery: SID, part: Int) -> String { "\(delivery)-part-\(part)" }
}

/// How a lane orders its deliveries.
public enum LaneOrder: String, Sendable, Codable {
    /// A deferred head blocks until it settles (SMS).
    case strict
    /// Only first attempts are ordered; a deferred delivery is overtaken (mail).
    case firstAttempts
}

/// The lane of a pair: at most one of its deliveries is under way. It outlives conversations.
public struct Lane: Sendable, Hashable {
    public let pair: PairKey
    public var adapter: String
    /// The delivery that is next, or nil when the lane is idle.
    public var head: SID?
    /// When the head may be attempted; nil when the lane is idle or leased.
    public var due: Instant?
    /// Until when the lane is leased; nil when it is not.
    public var leasedUntil: Instant?
    /// Paused until then, with a reason.
    public var pausedUntil: Instant?
    public var pauseReason: String?

    public init(
        pair: PairKey, adapter: String, head: SID? = nil, due: Instant? = nil, leasedUntil: Instant? = nil, pausedUntil: Instant? = nil,
        pauseReason: String? = nil
    ) {
        self.pair = pair
        self.adapter = adapter
        self.head = head
        self.due = due
        self.leasedUntil = leasedUntil
        self.pausedUntil = pausedUntil
        self.pauseReason = pauseReason
    }
}

/// A receipt that came before the ids it speaks of.
public struct ParkedReceipt: Sendable, Hashable {
    public let adapter: String
    public let carrierID: String
    public let evidence: ReceiptFact
    public let until: Instant

    public init(adapter: String, carrierID: String, evidence: ReceiptFact, until: Instant) {
        self.adapter = adapter
        self.carrierID = carrierID
        self.evidence = evidence
        self.until = until
    }
}
