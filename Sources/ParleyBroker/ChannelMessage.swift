import Foundation
public import ParleyCore

/// The contract's identifier of a message at its carrier.
public enum ChannelMessage {
    /// An identifier of the contract's form for the carrier's own id, or for the delivery when the carrier gave none. It is the same each time.
    public static func sid(of delivery: Delivery, parts: [DeliveryPart]) -> String {
        let payload = delivery.payload.flatMap { try? JSONDecoder().decode(Payload.self, from: Data($0.utf8)) }
        let first = parts.first { $0.part == 0 }
        let digest = ContentDigest.hex(
            ofParts: first.map { ["carrier", delivery.adapter, $0.carrierID] } ?? ["delivery", delivery.sid.text])
        return (payload?.media.isEmpty ?? true ? "SM" : "MM") + digest.prefix(32)
    }
}
