import Foundation
import ParleyCore

/// A request taken apart again, as the other side takes it apart: which places it has, and what is in them.
struct RequestShape {
    /// Scheme, host and port.
    let origin: String
    /// Still encoded.
    let path: String
    let query: [Parameter]
    let headers: [Parameter]
    let form: [Parameter]
    let multipart: [Parameter]
    /// A JSON or XML body.
    private let structure: JSONValue?
    /// A body of another type.
    private let raw: [UInt8]?
    /// False when the URL has a character that no URL has, or a fragment, or a body cannot be read back.
    let isSound: Bool

    init(_ request: OutboundRequest) {
        let head = request.url.prefix { $0 != "?" }
        let afterScheme = head.firstRange(of: "://").map { head[$0.upperBound...] } ?? head
        let start = afterScheme.firstIndex(of: "/") ?? head.endIndex
        origin = String(head[..<start])
        path = String(head[start...])
        query = PercentEncoding.fields(String(request.url.dropFirst(head.count + 1)))
        headers = request.headers.map { Parameter(name: $0.name, value: Array($0.value.utf8)) }
        let type = request.header("Content-Type") ?? ""
        form =
            type.hasPrefix("application/x-www-form-urlencoded")
            ? PercentEncoding.fields(String(decoding: request.body ?? [], as: UTF8.self)) : []
        let isJSON = type.hasPrefix("application/json")
        let isXML = type.hasPrefix("application/xml")
        let isMultipart = type.hasPrefix("multipart/form-data")
        let parts = isMultipart ? MultipartBody.decode(request.body ?? [], contentType: type) : nil
        multipart = parts ?? []
        structure = isJSON ? JSONReader.read(request.body ?? []) : isXML ? XMLReader.read(request.body ?? []) : nil
        raw = isJSON || isXML || isMultipart || type.hasPrefix("application/x-www-form-urlencoded") ? nil : request.body
        let plain = request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}#".utf8.contains($0) }
        // Foundation's reading of the query must find the same pairs.
        let items = URLComponents(string: request.url)?.percentEncodedQueryItems?.count ?? 0
        isSound = plain && items == query.count && (structure != nil || !(isJSON || isXML)) && (parts != nil || !isMultipart)
    }

    /// Every place with its content decoded, in order.
    var leaves: [(place: String, content: [UInt8])] {
        var leaves: [(place: String, content: [UInt8])] = [("origin", Array(origin.utf8))]
        for (index, segment) in path.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            leaves.append(("path[\(index)]", PercentEncoding.decode(segment, plusIsSpace: false)))
        }
        leaves += query.map { ("query \($0.name)", $0.value) }
        leaves += headers.map { ("header \($0.name)", $0.value) }
        leaves += form.map { ("form \($0.name)", $0.value) }
        leaves += multipart.map { ("multipart \($0.name)", $0.value) }
        if let structure { leaves += Self.leaves(of: structure, at: "body") }
        if let raw { leaves.append(("body", raw)) }
        return leaves
    }

    private static func leaves(of value: JSONValue, at place: String) -> [(place: String, content: [UInt8])] {
        switch value {
        case .array(let items): items.enumerated().flatMap { leaves(of: $0.element, at: "\(place)/\($0.offset)") }
        case .object(let members): members.flatMap { leaves(of: $0.value, at: "\(place)/\($0.name)") }
        case .string(let text): [("\(place) string", Array(text.utf8))]
        default: [("\(place) literal", Array(value.encoded.utf8))]
        }
    }
}

extension OutboundRequest {
    fileprivate func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
}
