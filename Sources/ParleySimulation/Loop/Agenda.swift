import ParleyCore

/// What is going to happen, by time; what was put down first goes first among equals. A binary heap.
final class Agenda {
    typealias Action = () async -> Void

    private struct Entry {
        let at: Instant
        let number: Int
        let action: Action

        func precedes(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
    }

    private var heap: [Entry] = []
    private var count = 0

    func put(at instant: Instant, _ action: @escaping Action) {
        count += 1
        heap.append(Entry(at: instant, number: count, action: action))
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    func next() -> (at: Instant, action: Action)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.action)
    }

    func clear() { heap = [] }

    private func sink() {
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].precedes(heap[$1]) }), heap[least].precedes(heap[parent]) else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
