import GRDB
import ParleyCore
import Synchronization

/// Commits many waiting bodies as one transaction on the one writer thread. While a commit waits for the disk, the next bodies gather.
final class GroupCommit: Sendable {
    /// A body that waits for its turn.
    struct Request: Sendable {
        /// Runs the body in its savepoint. `keep` says whether its changes stay; `answer` is called once, after the batch has ended.
        let run: @Sendable (SQLiteTransaction) -> (keep: Bool, answer: @Sendable (NotDurable?) -> Void)
        /// Answers a body that was never run.
        let refuse: @Sendable (NotDurable) -> Void
    }

    /// What the writer has done so far.
    struct Totals: Sendable, Hashable {
        var bodies = 0
        var commits = 0
    }

    /// The most bodies that one commit makes durable.
    static let batchMax = 256

    private struct State {
        var waiting: [Request] = []
        var isDraining = false
        var isClosed = false
        var totals = Totals()
    }

    private let writer: any DatabaseWriter
    private let log: WriteAheadLog?
    private let observe: (@Sendable (String) -> Void)?
    private let state = Mutex(State())

    init(_ writer: any DatabaseWriter, log: WriteAheadLog?, observe: (@Sendable (String) -> Void)?) {
        self.writer = writer
        self.log = log
        self.observe = observe
    }

    var totals: Totals { state.withLock { $0.totals } }

    func submit(_ request: Request) {
        enum Step { case drain, wait, refuse }
        let step = state.withLock { state -> Step in
            if state.isClosed { return .refuse }
            state.waiting.append(request)
            if state.isDraining { return .wait }
            state.isDraining = true
            return .drain
        }
        switch step {
        case .wait: return
        case .refuse: request.refuse(NotDurable("the database is closed"))
        case .drain: writer.asyncWriteWithoutTransaction { self.drain($0) }
        }
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Refuses what comes from now on. What waits already is still carried out. Returns false when it was closed before.
    func close() -> Bool {
        state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    private func drain(_ database: Database) {
        while true {
            let batch = state.withLock { state -> [Request] in
                let batch = Array(state.waiting.prefix(GroupCommit.batchMax))
                state.waiting.removeFirst(batch.count)
                state.isDraining = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            commit(batch, database)
            log?.truncateIfLong(database)
        }
    }

    private func commit(_ batch: [Request], _ database: Database) {
        var answers: [@Sendable (NotDurable?) -> Void] = []
        var failure: NotDurable?
        do {
            try database.beginTransaction(.immediate)
            let transaction = SQLiteTransaction(database, observe: observe)
            for request in batch {
                try control("SAVEPOINT body", database)
                let (keep, answer) = request.run(transaction)
                answers.append(answer)
                // Looked at before anything else: the body may have swallowed the error.
                if let error = transaction.engineFailure { throw error }
                if !keep { try control("ROLLBACK TO body", database) }
                try control("RELEASE body", database)
            }
            try database.commit()
        } catch let error as DatabaseError {
            failure = NotDurable(error)
        } catch {
            failure = NotDurable("the commit failed")
        }
        if failure != nil, database.isInsideTransaction { try? database.rollback() }
        state.withLock { state in
            state.totals.bodies += batch.count
            if failure == nil { state.totals.commits += 1 }
        }
        for answer in answers { answer(failure) }
        if let failure { for request in batch.dropFirst(answers.count) { request.refuse(failure) } }
    }

    private func control(_ sql: String, _ database: Database) throws { try database.cachedStatement(sql: sql).execute() }
}
