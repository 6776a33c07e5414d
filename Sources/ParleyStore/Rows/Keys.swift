import Foundation
import GRDB
import ParleyCore

/// What belongs to the installation and not to a conversation: keys, paused adapters, answers to repeat, and forgetting.
extension SQLiteTransaction {
    func keys(_ purpose: InstallationKey.Purpose) throws -> [InstallationKey] {
        try rows(
            "SELECT id, secret, created FROM installation_key WHERE purpose = ?1 ORDER BY created DESC, number DESC", [purpose.rawValue]
        ) { fields in
            try InstallationKey(id: fields.text(), purpose: purpose, secret: fields.bytes(), created: fields.instant())
        }
    }

    func insert(_ key: InstallationKey) throws {
        try mapping([:]) {
            try execute(
                "INSERT INTO installation_key (id, purpose, secret, created) VALUES (?1, ?2, ?3, ?4)",
                [key.id, key.purpose.rawValue, blob(key.secret), key.created.milliseconds])
        }
    }

    func adapterPauses() throws -> [AdapterPause] {
        try rows("SELECT adapter, reason, since, cause FROM adapter_pause ORDER BY adapter") { fields in
            try AdapterPause(adapter: fields.text(), reason: fields.text(), since: fields.instant(), cause: fields.choice())
        }
    }

    func pauseAdapter(_ pause: AdapterPause) throws {
        try execute(
            """
            INSERT INTO adapter_pause (adapter, reason, since, cause) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (adapter) DO UPDATE SET reason = excluded.reason, since = excluded.since, cause = excluded.cause
            """, [pause.adapter, pause.reason, pause.since.milliseconds, pause.cause.rawValue])
    }

    func resumeAdapter(_ name: String) throws { try execute("DELETE FROM adapter_pause WHERE adapter = ?1", [name]) }

    /// Also an answer that is past its time and was not swept yet.
    func idempotentAnswer(_ key: String) throws -> IdempotentAnswer? {
        try first("SELECT request_digest, status, body, position, until FROM idempotent_answer WHERE \"key\" = ?1", [key]) { fields in
            try IdempotentAnswer(
                key: key, requestDigest: fields.text(), status: fields.count(), body: fields.bytes(), position: fields.integer(),
                until: fields.instant())
        }
    }

    /// Takes the place of an earlier answer under the key.
    func remember(_ answer: IdempotentAnswer) throws {
        try execute(
            """
            INSERT INTO idempotent_answer ("key", request_digest, status, body, position, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT ("key") DO UPDATE SET request_digest = excluded.request_digest, status = excluded.status, body = excluded.body,
                position = excluded.position, until = excluded.until
            """, [answer.key, answer.requestDigest, answer.status, blob(answer.body), answer.position, answer.until.milliseconds])
    }

    /// Parked receipts, idempotent answers and windows of inbound events. Returns less than `limit` when nothing is left.
    func sweep(at now: Instant, limit: Int) throws -> Int {
        var swept = 0
        for (table, end) in [("parked_receipt", "until"), ("idempotent_answer", "until"), ("inbound_window", "ends")] where swept < limit {
            swept += try execute(
                "DELETE FROM \(table) WHERE rowid IN (SELECT rowid FROM \(table) WHERE \(end) <= ?1 ORDER BY \(end) LIMIT ?2)",
                [now.milliseconds, limit - swept])
        }
        return swept
    }

    func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

    func blob(_ bytes: [UInt8]?) -> Data? { bytes.map { Data($0) } }
}
