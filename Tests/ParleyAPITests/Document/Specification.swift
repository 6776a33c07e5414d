import Foundation

/// An OpenAPI document as tests read it.
struct Specification {
    let root: [String: Any]

    struct Operation {
        let method: String
        let path: String
        let value: [String: Any]

        var label: String { "\(method.uppercased()) \(path)" }
    }

    struct NoDocument: Error {}

    init(_ bytes: some Sequence<UInt8>) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { throw NoDocument() }
        self.root = root
    }

    var paths: [String: [String: Any]] { root["paths"] as? [String: [String: Any]] ?? [:] }

    var schemas: [String: [String: Any]] { (root["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]] ?? [:] }

    var operations: [Operation] {
        paths.sorted { $0.key < $1.key }.flatMap { path, item in
            ["get", "put", "post", "delete", "options", "head", "patch", "trace"].compactMap { method in
                (item[method] as? [String: Any]).map { Operation(method: method, path: path, value: $0) }
            }
        }
    }

    /// What a reference leads to; any other object is itself.
    func resolved(_ value: [String: Any]) -> [String: Any] {
        guard let reference = value["$ref"] as? String else { return value }
        return target(reference) ?? [:]
    }

    /// The object at `#/a/b/c`, nil when there is none.
    func target(_ reference: String) -> [String: Any]? {
        guard reference.hasPrefix("#/") else { return nil }
        let names = reference.dropFirst(2).split(separator: "/").map {
            $0.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
        }
        return names.reduce(root as Any?) { ($0 as? [String: Any])?[$1] } as? [String: Any]
    }

    /// Every reference that stands anywhere.
    var references: Set<String> {
        func collect(_ value: Any) -> Set<String> {
            switch value {
            case let object as [String: Any]:
                object.reduce(into: (object["$ref"] as? String).map { [$0] } ?? []) { $0.formUnion(collect($1.value)) }
            case let array as [Any]: array.reduce(into: []) { $0.formUnion(collect($1)) }
            default: []
            }
        }
        return collect(root)
    }

    /// An operation's parameters by their place and name, references resolved.
    func parameters(of operation: Operation) -> [String: [String: Any]] {
        let shared = paths[operation.path]?["parameters"] as? [[String: Any]] ?? []
        let own = operation.value["parameters"] as? [[String: Any]] ?? []
        let all = (shared + own).map(resolved).map { ("\($0["in"] ?? "") \($0["name"] ?? "")", $0) }
        return Dictionary(all, uniquingKeysWith: { $1 })
    }

    /// The schemas of an operation's body or of an answer, by media type.
    func contents(_ value: [String: Any]) -> [String: [String: Any]] {
        let content = resolved(value)["content"] as? [String: [String: Any]] ?? [:]
        return content.mapValues { resolved($0["schema"] as? [String: Any] ?? [:]) }
    }
}
