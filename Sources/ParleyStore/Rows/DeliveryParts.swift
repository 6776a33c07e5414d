import Foundation
import ParleyCore

/// The carrier's ids of deliveries, and receipts that came before them.
extension SQLiteTransaction {
    func parts(of delivery: SID) throws -> [DeliveryPart] {
        try rows("SELECT part, carrier_id, status FROM delivery_part WHERE delivery = ?1 ORDER BY part", [delivery.text]) { fields in
            try DeliveryPart(delivery: delivery, part: fields.count(), carrierID: fields.text(), status: fields.optionalChoice())
        }
    }

    /// The latest one, should a carrier have used an id again.
    func delivery(adapter: String, carrierID: String) throws -> Delivery? {
        try first(
            """
            SELECT \(Self.deliveryColumns) FROM delivery_part CROSS JOIN delivery ON delivery.sid = delivery_part.delivery
            WHERE delivery_part.adapter = ?1 AND delivery_part.carrier_id = ?2 ORDER BY delivery.ordinal DESC LIMIT 1
            """, [adapter, carrierID], Self.delivery)
    }

    func record(_ part: DeliveryPart, adapter: String) throws {
        try execute(
            """
            INSERT INTO delivery_part (delivery, part, adapter, carrier_id, status) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (delivery, part) DO UPDATE SET adapter = excluded.adapter, carrier_id = excluded.carrier_id, status = excluded.status
            """, [part.delivery.text, part.part, adapter, part.carrierID, part.status?.rawValue])
    }

    /// Beyond `countMax` of one adapter, its oldest are forgotten.
    func park(_ receipt: ParkedReceipt, countMax: Int) throws {
        try execute(
            "INSERT INTO parked_receipt (adapter, carrier_id, evidence, until) VALUES (?1, ?2, ?3, ?4)",
            [receipt.adapter, receipt.carrierID, json(receipt.evidence), receipt.until.milliseconds])
        let count = try first("SELECT count FROM parked_count WHERE adapter = ?1", [receipt.adapter]) { try $0.count() } ?? 0
        guard count > max(countMax, 0) else { return }
        try execute(
            "DELETE FROM parked_receipt WHERE id IN (SELECT id FROM parked_receipt WHERE adapter = ?1 ORDER BY id LIMIT ?2)",
            [receipt.adapter, count - max(countMax, 0)])
    }

    func claimParked(adapter: String, carrierIDs: [String]) throws -> [ParkedReceipt] {
        guard !carrierIDs.isEmpty else { return [] }
        let claimed = try rows(
            """
            DELETE FROM parked_receipt WHERE adapter = ?1 AND carrier_id IN (SELECT value FROM json_each(?2))
            RETURNING id, carrier_id, evidence, until
            """, [adapter, json(carrierIDs)]
        ) { fields in
            let (id, carrierID, evidence) = try (fields.integer(), fields.text(), fields.text())
            guard let fact = try? JSONDecoder().decode(ReceiptFact.self, from: Data(evidence.utf8)) else {
                throw UnexpectedRow.malformed("a receipt")
            }
            return (id, ParkedReceipt(adapter: adapter, carrierID: carrierID, evidence: fact, until: try fields.instant()))
        }
        return claimed.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
