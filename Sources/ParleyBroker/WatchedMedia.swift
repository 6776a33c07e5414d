import ParleyCore
import Synchronization

/// A media store that remembers which bytes were kept a short while ago.
///
/// Bytes are durable before the row that names them is committed, and bytes of equal content are one. So those that no row names any more may
/// be on their way to another: they are not taken away until whoever brought them last has had the time to name them.
final class WatchedMedia: MediaStore {
    private let base: any MediaStore
    private let source: any StampSource
    private let kept = Mutex<[MediaKey: Instant]>([:])

    /// How long after they were kept bytes are left alone. Longer than any request takes from its first medium to its row.
    static let restTime: Duration = .seconds(600)
    /// More are not remembered one by one: what is over is forgotten first.
    private static let countMax = 10_000

    init(_ base: any MediaStore, source: any StampSource) {
        self.base = base
        self.source = source
    }

    /// True while bytes may be on their way to a row.
    func isAtWork(_ key: MediaKey, at now: Instant) -> Bool {
        kept.withLock { $0[key].map { now - $0 < WatchedMedia.restTime } ?? false }
    }

    func receive() throws(MediaFailure) -> any MediaReception { Reception(store: self, base: try base.receive()) }

    func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] { try base.read(key, range: range) }

    func size(of key: MediaKey) throws(MediaFailure) -> Int? { try base.size(of: key) }

    func remove(_ key: MediaKey) throws(MediaFailure) { try base.remove(key) }

    private func note(_ key: MediaKey) {
        let now = source.stamp().now
        kept.withLock { kept in
            kept[key] = now
            guard kept.count > WatchedMedia.countMax else { return }
            kept = kept.filter { now - $0.value < WatchedMedia.restTime }
        }
    }

    private struct Reception: MediaReception {
        let store: WatchedMedia
        var base: any MediaReception

        mutating func write(_ bytes: [UInt8]) throws(MediaFailure) { try base.write(bytes) }

        mutating func finish() throws(MediaFailure) -> MediaKey {
            let key = try base.finish()
            store.note(key)
            return key
        }

        mutating func abandon() { base.abandon() }
    }
}
