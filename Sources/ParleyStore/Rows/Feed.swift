import GRDB
import ParleyCore

/// Who may see which event.
extension SQLiteTransaction {
    func latestPosition() throws -> Int64 {
        try first("SELECT position FROM event ORDER BY position DESC LIMIT 1") { try $0.integer() } ?? 0
    }

    func oldestPosition() throws -> Int64? {
        try first("SELECT position FROM event ORDER BY position LIMIT 1") { try $0.integer() }
    }

    func audience(of event: Event) throws -> [String] { [] }

    func identities(in conversation: SID) throws -> [String] { [] }

    func events(seenBy identity: String, in service: SID, users: [SID], after position: Int64, limit: Int) throws -> [Event] { [] }

    func messages(in conversation: SID, from anchor: Int?, backwards: Bool, limit: Int) throws -> [Message] { [] }
}
