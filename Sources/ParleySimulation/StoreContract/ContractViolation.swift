/// What a store does against its contract.
public struct ContractViolation: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Goes on only if a promise is kept. `promise` says what was promised.
func require(_ promise: String, _ isKept: Bool) throws {
    guard isKept else { throw ContractViolation(promise) }
}

/// Goes on only if a value is as promised.
func require<Value: Equatable>(_ promise: String, _ value: Value, is expected: Value) throws {
    guard value == expected else { throw ContractViolation("\(promise): expected \(expected), found \(value)") }
}

/// Goes on only if a step is refused with this error.
func require<Refused: Error & Equatable, Result>(_ promise: String, refusal: Refused, _ run: () async throws -> Result) async throws {
    do {
        _ = try await run()
    } catch let error as Refused {
        return try require(promise, error, is: refusal)
    } catch {
        throw ContractViolation("\(promise): expected \(refusal), found \(error)")
    }
    throw ContractViolation("\(promise): nothing was refused")
}
