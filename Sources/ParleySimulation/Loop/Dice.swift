import ParleyCore

/// All chance of a simulation comes from dice that were seeded from its one seed.
struct Dice {
    private var stream: IdentifierStream

    init(seed: UInt64) { stream = IdentifierStream(seed: seed) }

    /// Dice of their own for one part of the world, so that what one part draws does not shift what another draws.
    mutating func split() -> Dice { Dice(seed: stream.next()) }

    mutating func number() -> UInt64 { stream.next() }

    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(stream.next() % UInt64(bound)) }

    /// True in `share` of 1000 draws.
    mutating func permille(_ share: Int) -> Bool { below(1000) < share }

    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.isEmpty ? nil : elements[below(elements.count)] }

    /// A time between two bounds in milliseconds.
    mutating func duration(_ low: Int, _ high: Int) -> Duration { .milliseconds(low + below(max(high - low, 1))) }

    /// One of the choices, by weight; nil when nothing has any.
    mutating func weighted<Element>(_ choices: [(Element, Int)]) -> Element? {
        var place = below(choices.reduce(0) { $0 + $1.1 })
        for (choice, weight) in choices where weight > 0 {
            if place < weight { return choice }
            place -= weight
        }
        return nil
    }
}
