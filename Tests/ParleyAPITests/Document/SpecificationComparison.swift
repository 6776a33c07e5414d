import Foundation

/// What a document lacks of another, or has otherwise: paths, methods, parameters, form fields, statuses, fields of answers, and the type,
/// format, words and bounds of each. It may have more, and it may take null where the other does not; it may not ask for more.
struct SpecificationComparison {
    let contract: Specification
    let ours: Specification
    private(set) var differences: [String] = []
    /// How many types were compared: a comparison of nothing finds nothing.
    private(set) var compared = 0

    private static let constraints = ["type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum"]

    init(of contract: Specification, with ours: Specification) {
        self.contract = contract
        self.ours = ours
        for operation in contract.operations {
            guard let own = ours.operations.first(where: { $0.path == operation.path && $0.method == operation.method }) else {
                differences.append("\(operation.label): missing")
                continue
            }
            compare(operation, own)
        }
        for (name, schema) in contract.schemas.sorted(by: { $0.key < $1.key }) { compare(schema, ours.schemas[name], "schema \(name)") }
    }

    private mutating func compare(_ operation: Specification.Operation, _ own: Specification.Operation) {
        let label = operation.label
        if operation.value["operationId"] as? String != own.value["operationId"] as? String { differences.append("\(label): operationId") }
        let wanted = contract.parameters(of: operation)
        let given = ours.parameters(of: own)
        for (name, parameter) in wanted.sorted(by: { $0.key < $1.key }) {
            compare(parameter["schema"], given[name]?["schema"], "\(label), \(name)")
            if isRequired(parameter) != isRequired(given[name] ?? [:]) { differences.append("\(label), \(name): required") }
        }
        for (name, parameter) in given where wanted[name] == nil && isRequired(parameter) {
            differences.append("\(label), \(name): asked for, though the contract does not know it")
        }
        compareForms(operation.value["requestBody"], own.value["requestBody"], label)
        let answers = operation.value["responses"] as? [String: [String: Any]] ?? [:]
        let ownAnswers = own.value["responses"] as? [String: [String: Any]] ?? [:]
        for (status, answer) in answers.sorted(by: { $0.key < $1.key }) {
            guard let ownAnswer = ownAnswers[status] else {
                differences.append("\(label), \(status): missing")
                continue
            }
            let bodies = ours.contents(ownAnswer)
            for (type, schema) in contract.contents(answer) { compare(schema, bodies[type], "\(label), \(status) \(type)") }
            if contract.contents(answer).isEmpty, !bodies.isEmpty { differences.append("\(label), \(status): a body") }
        }
    }

    private func isRequired(_ parameter: [String: Any]) -> Bool { parameter["required"] as? Bool ?? false }

    private mutating func compareForms(_ wanted: Any?, _ given: Any?, _ label: String) {
        let wanted = contract.contents(wanted as? [String: Any] ?? [:])
        let given = ours.contents(given as? [String: Any] ?? [:])
        for (type, schema) in wanted {
            compare(schema, given[type], "\(label), \(type)")
            let (asked, own) = (required(schema), required(given[type] ?? [:]))
            if asked != own { differences.append("\(label), \(type): required \(own.sorted()), not \(asked.sorted())") }
        }
        if wanted.isEmpty, !given.isEmpty { differences.append("\(label): a body") }
    }

    private func required(_ schema: [String: Any]) -> Set<String> { Set(schema["required"] as? [String] ?? []) }

    private mutating func compare(_ wanted: Any?, _ given: Any?, _ label: String) {
        compared += 1
        guard let given = given as? [String: Any] else {
            differences.append("\(label): missing")
            return
        }
        let wanted = contract.resolved(wanted as? [String: Any] ?? [:])
        let own = ours.resolved(given)
        for name in SpecificationComparison.constraints {
            let (asked, has) = (text(wanted[name]), text(own[name]))
            if asked != has { differences.append("\(label): \(name) \(has), not \(asked)") }
        }
        if wanted["nullable"] as? Bool == true, own["nullable"] as? Bool != true { differences.append("\(label): not nullable") }
        if let items = wanted["items"] { compare(items, own["items"], label + "[]") }
        let fields = wanted["properties"] as? [String: Any] ?? [:]
        let ownFields = own["properties"] as? [String: Any] ?? [:]
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) { compare(field, ownFields[name], "\(label).\(name)") }
    }

    /// A constraint's value; the order of words does not matter, and whether null is among them is said by `nullable`.
    private func text(_ value: Any?) -> String {
        if let words = value as? [Any] { return words.compactMap { $0 as? String }.sorted().joined(separator: "|") }
        return value.map { "\($0)" } ?? "none"
    }
}
