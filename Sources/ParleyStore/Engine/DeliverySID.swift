import GRDB
import ParleyCore

/// The SQL function that names deliveries, so that a fan-out is one `INSERT … SELECT`.
extension DatabaseFunction {
    /// `delivery_sid(message, participant)`; NULL when either is no identifier.
    static let deliverySID = DatabaseFunction("delivery_sid", argumentCount: 2, pure: true) { arguments in
        guard let message = String.fromDatabaseValue(arguments[0]).flatMap({ SID($0) }),
            let participant = String.fromDatabaseValue(arguments[1]).flatMap({ SID($0) })
        else { return nil }
        return SID.delivery(of: message, to: participant).text
    }
}
