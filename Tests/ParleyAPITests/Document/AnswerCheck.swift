import Foundation
import HTTPTypes

/// What is wrong with an answer by the document: its status, or its body by the schema of that status.
struct AnswerCheck {
    let document: Specification

    /// - Parameter path: as the document has it.
    func problems(_ method: String, _ path: String, _ reply: Reply) -> [String] {
        guard let operation = document.paths[path]?[method.lowercased()] as? [String: Any] else {
            return ["\(method) \(path) is not there"]
        }
        let answers = operation["responses"] as? [String: [String: Any]] ?? [:]
        guard let answer = answers[String(reply.status)] else { return ["\(method) \(path): \(reply.status) is not declared"] }
        return problems(inHeadersOf: reply, answer, "\(method) \(path) \(reply.status)") + problems(inBodyOf: reply, answer, method, path)
    }

    /// Headers that the document promises are there, and the position only where it is promised.
    private func problems(inHeadersOf reply: Reply, _ answer: [String: Any], _ place: String) -> [String] {
        let declared = (document.resolved(answer)["headers"] as? [String: [String: Any]] ?? [:]).mapValues(document.resolved)
        var found: [String] = []
        if declared["Parley-Position"] == nil, reply.position != nil { found.append("\(place): a position that is not declared") }
        for (name, header) in declared where header["required"] as? Bool == true {
            guard let text = HTTPField.Name(name).flatMap({ reply.headers[$0] }) else {
                found.append("\(place): no \(name)")
                continue
            }
            let isInteger = (header["schema"] as? [String: Any])?["type"] as? String == "integer"
            if isInteger, Int(text) == nil { found.append("\(place): \(name) is \(text)") }
        }
        return found
    }

    private func problems(inBodyOf reply: Reply, _ answer: [String: Any], _ method: String, _ path: String) -> [String] {
        guard let schema = document.contents(answer)["application/json"] else {
            return document.contents(answer).isEmpty && !reply.body.isEmpty ? ["\(method) \(path): \(reply.status) with a body"] : []
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(reply.body)) else { return ["\(method) \(path): no JSON"] }
        return problems(value, schema, "\(method) \(path) \(reply.status)")
    }

    private func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        let schema = document.resolved(schema)
        if value is NSNull { return schema["nullable"] as? Bool == true ? [] : ["\(place): null"] }
        var found: [String] = []
        if let type = schema["type"] as? String, !isOf(type, value) { return ["\(place): \(value) is no \(type)"] }
        if let words = schema["enum"] as? [Any], !words.contains(where: { $0 as? String == value as? String }) {
            found.append("\(place): \(value) is none of \(words)")
        }
        if let text = value as? String { found += problems(text: text, schema, place) }
        if let fields = value as? [String: Any], let known = schema["properties"] as? [String: [String: Any]] {
            // The contract's clients expect every field, and nobody reads a field that is not in it.
            if Set(fields.keys) != Set(known.keys) {
                found.append("\(place): the fields differ by \(Set(fields.keys).symmetricDifference(known.keys).sorted())")
            }
            for (name, field) in fields { found += problems(field, known[name] ?? [:], "\(place).\(name)") }
        } else if let fields = value as? [String: Any], let other = schema["additionalProperties"] as? [String: Any] {
            for (name, field) in fields { found += problems(field, other, "\(place).\(name)") }
        }
        if let rows = value as? [Any], let element = schema["items"] as? [String: Any] {
            for row in rows { found += problems(row, element, "\(place)[]") }
        }
        return found
    }

    private func problems(text: String, _ schema: [String: Any], _ place: String) -> [String] {
        let problem = "\(place): \(text)"
        if let pattern = schema["pattern"] as? String {
            guard let pattern = try? Regex(pattern), text.contains(pattern) else { return [problem] }
        }
        switch schema["format"] as? String {
        case "date-time": return text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) == nil ? [problem] : []
        case "uri": return URL(string: text)?.scheme == nil ? [problem] : []
        default: return []
        }
    }

    private func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "string": value is String
        case "integer": value is Int && !isBoolean(value)
        case "boolean": isBoolean(value)
        case "array": value is [Any]
        case "object": value is [String: Any]
        default: false
        }
    }

    /// A cast would take 0 and 1 for booleans as well.
    private func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return ["c", "B"].contains(String(cString: number.objCType))
    }
}
