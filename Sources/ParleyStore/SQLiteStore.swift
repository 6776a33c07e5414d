import Foundation
import GRDB
public import ParleyCore

/// The database port on SQLite: one writer that commits in groups, readers beside it, one process at a time.
public final class SQLiteStore: ConversationStore {
    let writer: any DatabaseWriter
    let commits: GroupCommit
    let log: WriteAheadLog?
    private let lock: FileLock?
    private let observe: (@Sendable (String) -> Void)?

    /// Opens the database at a path, creates it (mode 0600) and the folders around it where they are missing, and brings its tables up to
    /// date.
    ///
    /// - Throws: ``DatabaseInUse``, ``DatabaseTooNew`` or ``DatabaseUnusable``.
    public convenience init(path: String) throws { try self.init(path: path, logLengthMax: WriteAheadLog.lengthMax) }

    /// A database that lives as long as the store, for tests and trials.
    public static func inMemory() throws -> SQLiteStore { try inMemory(observe: nil) }

    /// - Parameter observe: is told each statement.
    package static func inMemory(observe: (@Sendable (String) -> Void)?) throws -> SQLiteStore {
        let queue = try DatabaseQueue(configuration: Self.configuration)
        try Migrations.migrator.migrate(queue)
        return SQLiteStore(queue, log: nil, lock: nil, observe: observe)
    }

    /// - Parameters:
    ///   - logLengthMax: the length in bytes from which the write-ahead log is truncated.
    ///   - observe: is told each statement.
    package convenience init(path: String, logLengthMax: Int, observe: (@Sendable (String) -> Void)? = nil) throws {
        try Self.prepareFolder(path)
        // Before the file itself is touched: closing any descriptor of it would give up the locks of a store that has it open.
        let lock = try FileLock(database: path)
        try Self.prepareFile(path)
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            // Opening a pool sets synchronous to NORMAL whatever was prepared, which loses commits at a power cut: FULL is set afterwards.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(WriteAheadLog.checkpointPages)")
            }
            let migrator = Migrations.migrator
            guard try !pool.read(migrator.hasBeenSuperseded) else { throw DatabaseTooNew(path: path) }
            try migrator.migrate(pool)
            self.init(pool, log: WriteAheadLog(database: path, lengthMax: logLengthMax), lock: lock, observe: observe)
        } catch let error as DatabaseError {
            throw DatabaseUnusable(description: "cannot open \(path): \(NotDurable(error))")
        }
    }

    private init(_ writer: any DatabaseWriter, log: WriteAheadLog?, lock: FileLock?, observe: (@Sendable (String) -> Void)?) {
        self.writer = writer
        self.log = log
        self.lock = lock
        self.observe = observe
        commits = GroupCommit(writer, log: log, observe: observe)
    }

    /// A caller that is cancelled is answered all the same: what it asked for may have become durable.
    public func write<R: Sendable>(
        _ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R
    ) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            commits.submit(
                GroupCommit.Request(
                    run: { transaction in
                        let result = Result {
                            var stamp = stamp
                            return try body(transaction, &stamp)
                        }
                        let kept = (try? result.get()) != nil
                        return (
                            kept, { failure in continuation.resume(with: failure.map { .failure($0) } ?? result.mapError(Self.redacted)) }
                        )
                    },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    /// - Throws: what the body threw, or ``NotDurable`` when the database cannot be read.
    public func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R {
        guard !commits.isClosed else { throw NotDurable("the database is closed") }
        return try await withCheckedThrowingContinuation { continuation in
            writer.asyncRead { [observe] opened in
                continuation.resume(
                    with: Result { try body(SQLiteTransaction(opened.get(), observe: observe)) }.mapError(Self.redacted))
            }
        }
    }

    /// Carries out what waits, refuses what comes later with ``NotDurable``, and lets go of the file.
    public func close() async {
        guard commits.close() else { return }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                // Behind the bodies that wait already, and behind open reads.
                try? writer.barrierWriteWithoutTransaction { database in
                    if log != nil { _ = try? database.checkpoint(.truncate) }
                }
                try? writer.close()
                lock?.release()
                continuation.resume()
            }
        }
    }

    /// Errors of SQLite leave the store without the statement and its arguments.
    private static func redacted(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return error.isEngineFailure ? NotDurable(error) : StatementRefused(error)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "parley.store"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { database in
            database.add(function: .deliverySID)
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    private static func prepareFolder(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DatabaseUnusable(description: "cannot create the folder \(folder.path)")
        }
    }

    private static func prepareFile(_ path: String) throws {
        // Made here and not by SQLite, so that nobody else can read it from its first byte; SQLite gives its companions the same mode.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DatabaseUnusable(description: "cannot open \(path): \(String(cString: strerror(errno)))") }
        fchmod(descriptor, 0o600)
        Foundation.close(descriptor)
    }
}
