import HTTPTypes
import Synchronization

/// Up to which event an answer tells everything that happened: what a client of the realtime feed compares events with.
///
/// What a handler reads within a transaction and the position of the latest event that this transaction sees belong together, and so do a
/// write and the position at its end; whoever reads or writes for the answer notes the position here.
final class AnswerPosition: Sendable {
    private let noted = Mutex<(read: Int64?, written: Int64?)>((nil, nil))

    static let header = HTTPField.Name("Parley-Position")!  // A constant that is a token (RFC 9110 §5.1).

    /// Nil when nothing of the database is in the answer.
    var value: Int64? { noted.withLock { $0.written ?? $0.read } }

    /// Something was read. Of several reads the earliest counts: what came after it need not be in the whole answer.
    func read(_ position: Int64) { noted.withLock { $0.read = min($0.read ?? position, position) } }

    /// A change was carried out, and the answer shows how things are after it.
    func written(_ position: Int64) { noted.withLock { $0.written = position } }
}
