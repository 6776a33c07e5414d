import ParleyClient
import Synchronization
import Testing

/// What a sequence of events has told, in order. It listens from when it is made on.
final class Heard<Element: Sendable>: Sendable {
    private final class State: Sendable {
        let elements = Mutex<[Element]>([])
        let isOver = Mutex(false)
    }

    private let state: State
    private let taken = Mutex(0)
    /// Tests look at several sequences in one place, so that each is read by a task that lives as long as this.
    private let listening: Task<Void, Never>

    init(_ sequence: EventSequence<Element>) {
        let state = State()
        self.state = state
        listening = Task {
            for await element in sequence { state.elements.withLock { $0.append(element) } }
            state.isOver.withLock { $0 = true }
        }
    }

    deinit { listening.cancel() }

    /// All so far.
    var all: [Element] { state.elements.withLock { $0 } }

    var isOver: Bool { state.isOver.withLock { $0 } }

    /// The next one, which is awaited.
    func next(
        _ what: String = "", file: String = #fileID, line: Int = #line
    ) async throws -> Element {
        try await eventually("\(what) an element of \(Element.self), asked for at \(file):\(line)") {
            all.count > taken.withLock { $0 } || isOver
        }
        let index = taken.withLock { taken in
            defer { taken += 1 }
            return taken
        }
        let elements = all
        guard index < elements.count else {
            throw RunningDaemon.Unexpected(description: "the sequence of \(Element.self) ended; asked for at \(file):\(line)")
        }
        return elements[index]
    }

    /// The next one that is meant; those before it are left out.
    func next(
        _ what: String = "", file: String = #fileID, line: Int = #line, where isMeant: (Element) -> Bool
    ) async throws -> Element {
        while true {
            let element = try await next(what, file: file, line: line)
            if isMeant(element) { return element }
        }
    }

    /// Waits for the end of the sequence.
    func ended() async throws { try await eventually("the sequence of \(Element.self) ends") { isOver } }
}

/// What a sequence has been told already, without waiting for more: for the order of what several sequences are told.
func told<Element>(by sequence: EventSequence<Element>) async -> [Element] {
    await withTaskGroup(of: [Element].self) { reading in
        // A task that is cancelled takes what is there, and does not wait.
        reading.cancelAll()
        reading.addTask {
            var all: [Element] = []
            for await element in sequence { all.append(element) }
            return all
        }
        return await reading.next() ?? []
    }
}

/// Expects that a call is rejected.
///
/// - Parameters:
///   - status: the HTTP status; 0: nothing was sent.
///   - says: what the message has in it.
func expectRejection<Result>(
    _ status: Int, _ code: Int, _ says: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Result
) async {
    do {
        let result = try await call()
        Issue.record("expected \(status)/\(code), got \(result)", sourceLocation: sourceLocation)
    } catch let error as ConversationsError {
        #expect(error.status == status && error.code == code, "\(error)", sourceLocation: sourceLocation)
        #expect(error.message.contains(says), "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("expected a ConversationsError, got \(error)", sourceLocation: sourceLocation)
    }
}

/// Counts up.
final class Counter: Sendable {
    private let value = Atomic(0)

    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
