public import ParleyCore

/// A store that fails as machines do: it crashes before a commit (nothing stays), crashes after it (all stays, and nobody is told), or finds the disk full.
public final class FaultyStore: ConversationStore {
    /// What happens to one write.
    public enum Fault: String, Sendable, CaseIterable {
        case crashBeforeCommit, crashAfterCommit, diskFull
    }

    /// The daemon is gone; whoever sees this knows nothing of what it was doing.
    public struct Crash: Error, Sendable, Hashable {}

    /// How the full disk is reported.
    static let full = NotDurable("simulated: the disk is full")

    private let base: any ConversationStore
    private let acknowledgesEarly: Bool
    private let draw: @Sendable () -> Fault?

    /// - Parameters:
    ///   - draw: says, for each write, what fault it meets.
    ///   - acknowledgesEarly: a planted bug: writes that did not become durable are answered as if they had.
    public init(_ base: any ConversationStore, acknowledgesEarly: Bool = false, draw: @escaping @Sendable () -> Fault?) {
        self.base = base
        self.acknowledgesEarly = acknowledgesEarly
        self.draw = draw
    }

    public func write<R: Sendable>(
        _ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R
    ) async throws -> R {
        switch draw() {
        case nil:
            return try await base.write(stamp, body)
        case .crashAfterCommit:
            _ = try await base.write(stamp, body)
            throw Crash()
        case .crashBeforeCommit:
            return try await undone(stamp, body, answer: Crash())
        case .diskFull:
            return try await undone(stamp, body, answer: FaultyStore.full)
        }
    }

    public func read<R: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> R) async throws -> R {
        try await base.read(body)
    }

    /// Runs the body and rolls it back.
    private func undone<R: Sendable>(
        _ stamp: Stamp, _ body: @escaping @Sendable (any WriteTransaction, inout Stamp) throws -> R, answer: any Error
    ) async throws -> R {
        do {
            return try await base.write(stamp) { transaction, stamp in throw Undone(result: try body(transaction, &stamp)) }
        } catch let undone as Undone<R> {
            if acknowledgesEarly { return undone.result }
            throw answer
        }
    }

    private struct Undone<R: Sendable>: Error { let result: R }
}
