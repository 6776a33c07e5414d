import Foundation
public import ParleyCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Media in a folder: `ab/cd/abcd…`, named by the SHA-256 of the content, so that equal bytes are kept once.
///
/// A medium is written to a temporary file, flushed to the disk, renamed to its name, and the folder is flushed: what
/// ``MediaReception/finish()`` has returned survives a power cut, and nobody ever reads half a file.
public struct FolderMediaStore: MediaStore {
    private let root: String

    /// Makes the folder (mode 0700) when there is none.
    ///
    /// - Throws: ``MediaFailure`` when it cannot be made or written.
    public init(path: String) throws(MediaFailure) {
        root = path
        for folder in [path, path + "/incoming"] { try FolderMediaStore.makeFolder(folder) }
        // What a crash left half-written was never acknowledged.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path + "/incoming")) ?? [] { unlink("\(path)/incoming/\(name)") }
    }

    public func receive() throws(MediaFailure) -> any MediaReception {
        let path = "\(root)/incoming/\(UUID().uuidString)"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("cannot open a file for a medium") }
        return FolderReception(root: root, path: path, file: file)
    }

    public func read(_ key: MediaKey, range: Range<Int>) throws(MediaFailure) -> [UInt8] {
        let file = open(FolderMediaStore.path(key, in: root), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("cannot open a medium") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < range.count {
            let offset = filled
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(file, buffer.baseAddress?.advanced(by: offset), range.count - offset, off_t(range.lowerBound + offset))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("cannot read a medium")
            }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    public func size(of key: MediaKey) throws(MediaFailure) -> Int? {
        var status = stat()
        if stat(FolderMediaStore.path(key, in: root), &status) == 0 { return Int(status.st_size) }
        guard errno == ENOENT else { throw .system("cannot look for a medium") }
        return nil
    }

    public func remove(_ key: MediaKey) throws(MediaFailure) {
        guard unlink(FolderMediaStore.path(key, in: root)) == 0 || errno == ENOENT else { throw .system("cannot remove a medium") }
    }

    fileprivate static func folder(_ key: MediaKey, in root: String) -> (outer: String, inner: String) {
        let outer = "\(root)/\(key.rawValue.prefix(2))"
        return (outer, "\(outer)/\(key.rawValue.dropFirst(2).prefix(2))")
    }

    fileprivate static func path(_ key: MediaKey, in root: String) -> String { "\(folder(key, in: root).inner)/\(key.rawValue)" }

    fileprivate static func makeFolder(_ path: String) throws(MediaFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw MediaFailure("cannot make the folder \(path)")
        }
    }

    fileprivate static func flush(folder path: String) throws(MediaFailure) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system("cannot open the media folder") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .system("cannot flush the media folder") }
    }
}

/// A medium that is being written to a temporary file.
private struct FolderReception: MediaReception {
    let root: String
    let path: String
    let file: Int32
    var hash = ContentDigest()
    var isOver = false

    mutating func write(_ bytes: [UInt8]) throws(MediaFailure) {
        hash.update(bytes)
        var written = 0
        while written < bytes.count {
            let offset = written
            let count = bytes.withUnsafeBytes { systemWrite(file, $0.baseAddress?.advanced(by: offset), bytes.count - offset) }
            if count < 0 {
                if errno == EINTR { continue }
                let failure = MediaFailure.system("cannot write a medium")
                abandon()
                throw failure
            }
            written += count
        }
    }

    mutating func finish() throws(MediaFailure) -> MediaKey {
        guard !isOver, let key = MediaKey(rawValue: hash.hex()) else { throw MediaFailure("the medium is closed already") }
        guard fdatasync(file) == 0 else {
            let failure = MediaFailure.system("cannot flush a medium")
            abandon()
            throw failure
        }
        close(file)
        isOver = true
        let (outer, inner) = FolderMediaStore.folder(key, in: root)
        let isNewOuter = access(outer, F_OK) != 0
        let isNewInner = access(inner, F_OK) != 0
        try FolderMediaStore.makeFolder(inner)
        guard rename(path, FolderMediaStore.path(key, in: root)) == 0 else {
            let failure = MediaFailure.system("cannot name a medium")
            unlink(path)
            throw failure
        }
        try FolderMediaStore.flush(folder: inner)
        if isNewInner { try FolderMediaStore.flush(folder: outer) }
        if isNewOuter { try FolderMediaStore.flush(folder: root) }
        return key
    }

    mutating func abandon() {
        guard !isOver else { return }
        isOver = true
        close(file)
        unlink(path)
    }
}

extension MediaFailure {
    /// With the system's reason. `errno` must still be the failed call's.
    fileprivate static func system(_ sentence: String) -> MediaFailure { MediaFailure("\(sentence): \(String(cString: strerror(errno)))") }
}

/// The system call, under a name that the method of the same name does not hide.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
