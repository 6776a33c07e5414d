import ParleyCore
import ParleyYAML

extension AdapterRoute {
    /// Reads the section `routes`: by name, the adapters in their order, and what moves a delivery on.
    static func read(_ reader: MappingReader, among adapters: [AdapterSettings]) -> [AdapterRoute] {
        var taken: [String: String] = [:]
        return reader.entries("routes").compactMap { name, node in
            guard let route = MappingReader(node) else { return nil }
            defer { route.finish() }
            let names = route.required("adapters") { $0.strings("adapters") } ?? []
            let known = names.compactMap { name in adapters.first { $0.name == name } }
            for missing in names where !adapters.contains(where: { $0.name == missing }) {
                route.problem(
                    "unknown adapter `\(missing)`; \(Spelling.advice(for: missing, among: adapters.map(\.name)))", at: "adapters")
            }
            if names.count < 2 || Set(names).count < names.count {
                route.problem("expected two adapters or more, each once, in the order in which they are tried", at: "adapters")
            }
            for adapter in known where adapter.profile.channel != .sms {
                route.problem("\(adapter.name) is an adapter of mail; a route is of SMS adapters", at: "adapters")
            }
            for (place, adapter) in known.enumerated().dropFirst()
            where !known[..<place].contains(where: { $0.sharesAddress(with: adapter) }) {
                route.problem("\(adapter.name) has no address in common with those before it, so nothing would go on to it", at: "adapters")
            }
            for name in names {
                if let other = taken[name] { route.problem("\(name) is in the route \(other) already", at: "adapters") }
            }
            for adapter in names { taken[adapter] = name }
            var read = AdapterRoute(name: name, adapters: names)
            if let moving = route.mapping("fail_over") {
                if let words = moving.strings("on") {
                    read.reasons = Set(words.compactMap { moving.reason($0) })
                }
                read.after = moving.duration("after")
            }
            return read
        }
    }
}

extension AdapterSettings {
    /// True when there is an address that both serve.
    fileprivate func sharesAddress(with other: AdapterSettings) -> Bool {
        profile.addresses.contains { one in other.profile.addresses.contains { one.overlaps($0) } }
    }
}

extension MappingReader {
    fileprivate func reason(_ word: String) -> AdapterRoute.Reason? {
        if let reason = AdapterRoute.Reason(rawValue: word) { return reason }
        problem("unknown value `\(word)`; \(Spelling.advice(for: word, among: AdapterRoute.Reason.allCases.map(\.rawValue)))", at: "on")
        return nil
    }
}
