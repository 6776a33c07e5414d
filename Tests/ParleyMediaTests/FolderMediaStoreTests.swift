import Foundation
import ParleyCore
import ParleyMedia
import Testing

/// Media in a folder: what was finished is there after a restart, what was not leaves nothing.
@Suite struct FolderMediaStoreTests {
    let folder = NSTemporaryDirectory() + "parley-media-\(UUID().uuidString)"

    @Test func keepsReadsAndRemoves() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try FolderMediaStore(path: folder)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let key = try store.keep(bytes)
        #expect(key.rawValue == ContentDigest.hex(of: bytes))
        #expect(try store.keep(bytes) == key, "equal bytes are kept once")
        let reopened = try FolderMediaStore(path: folder)
        #expect(try reopened.read(key) == bytes)
        #expect(try reopened.read(key, range: 10..<20) == Array(bytes[10..<20]))
        #expect(try reopened.read(key, range: 99_990..<100_010) == Array(bytes[99_990...]))
        try reopened.remove(key)
        #expect(try reopened.size(of: key) == nil)
        try reopened.remove(key)
    }

    @Test func abandonedBytesLeaveNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try FolderMediaStore(path: folder)
        var given = try store.receive()
        try given.write([1, 2, 3])
        given.abandon()
        var cut = try store.receive()
        try cut.write([4, 5, 6])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/incoming").count == 1)
        _ = try FolderMediaStore(path: folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/incoming").isEmpty, "what a crash left is cleared at start")
    }

    @Test func unwritableFolderIsSaid() {
        #expect(throws: MediaFailure.self) { try FolderMediaStore(path: "/proc/parley") }
    }

    @Test(arguments: ["", "abc", "../../../../etc/passwd", String(repeating: "G", count: 64), String(repeating: "A", count: 64)])
    func keysNameNoPaths(text: String) { #expect(MediaKey(rawValue: text) == nil) }
}
