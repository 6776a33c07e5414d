import Foundation

/// A database in a folder of its own, removed at the end.
final class TemporaryDatabase: Sendable {
    private let folder = FileManager.default.temporaryDirectory.path + "/parley-broker-\(UUID().uuidString)"

    var path: String { folder + "/parley.db" }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
