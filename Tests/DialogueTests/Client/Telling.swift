import Dispatch
import ParleyClient
import Synchronization

/// Notes which of several sequences is told first. All are read in the steps of one queue, which takes them up in the order in which they are told.
final class Telling: Sendable {
    private final class Queue: TaskExecutor {
        private let queue = DispatchQueue(label: "telling")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    private let queue = Queue()
    private let noted: Noted = Noted()
    private let readers = Mutex<[Task<Void, Never>]>([])

    private final class Noted: Sendable {
        let names = Mutex<[String]>([])
    }

    /// The sequences' names, in the order of what they were told.
    var names: [String] { noted.names.withLock { $0 } }

    func listen<Element>(_ name: String, to sequence: EventSequence<Element>) {
        let noted = noted
        let reader = Task(executorPreference: queue) {
            for await _ in sequence { noted.names.withLock { $0.append(name) } }
        }
        readers.withLock { $0.append(reader) }
    }

    /// Returns when every sequence is waited for.
    func isListening() async { await Task(executorPreference: queue) {}.value }

    deinit { for reader in readers.withLock({ $0 }) { reader.cancel() } }
}
