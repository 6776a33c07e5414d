import Foundation

/// One value that a parameter should not have, percent-encoded already.
struct BadValue: Sendable {
    let label: String
    let text: String
    /// False where the type has room for it: then it may be taken, or be refused by name.
    let mustBeRefused: Bool

    init(_ label: String, _ text: String, mustBeRefused: Bool = true) {
        self.label = label
        self.text = text
        self.mustBeRefused = mustBeRefused
    }

    static let long = String(repeating: "x", count: 100_000)

    /// What no parameter can be.
    private static let unreadable = [
        BadValue("NUL", "a%00b"), BadValue("bad UTF-8", "%FF%FE"), BadValue("half of a surrogate pair", "%ED%A0%80"),
        BadValue("a broken escape", "%G1"),
    ]

    /// Values of a query's or a form's parameter.
    static func values(of parameter: DocumentedParameter, in operation: SweptOperation, _ installation: FurnishedInstallation) -> [BadValue]
    {
        let isOfService = operation.path.contains("/Users") || parameter.name == "DefaultChatServiceRoleSid"
        let empty = BadValue("empty", "")
        let typed: [BadValue] =
            switch parameter.kind {
            case .integer(let maximum):
                ["x", "1.5", "-1", "0x10", "1e3", "+1", "99999999999999999999"].map { BadValue($0, Caller.encode($0)) } + [empty]
                    + (maximum.map { [BadValue("too large", String($0 + 1))] } ?? [])
            case .boolean: [BadValue("maybe", "maybe"), BadValue("1", "1"), empty]
            case .word: [BadValue("nonsense", "nonsense"), BadValue("too long", long), empty]
            case .date:
                ["yesterday", "2026-13-40T99:99:99Z", "2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "99999-01-01T00:00:00Z"].map {
                    BadValue($0, Caller.encode($0))
                } + [BadValue("too long", long), empty]
            case .sid(let prefix): sids(prefix, isOfService: isOfService, installation) + [BadValue("too long", long), empty]
            case .attributes:
                [
                    BadValue("no JSON", "%7B"), BadValue("20 KiB", "%22" + String(repeating: "x", count: 20 * 1024) + "%22"),
                    BadValue("too long", long), BadValue("too deep", String(repeating: "%5B", count: 2000)), empty,
                ]
            case .participant: participants(installation) + [BadValue("too long", long), empty]
            case .text(let isFree):
                [
                    BadValue("too long", long), BadValue("control characters", "a%0D%0Ab%1B"),
                    BadValue("empty", "", mustBeRefused: parameter.isRequired),
                ]
                    + (isFree ? [] : [BadValue("nonsense", "nonsense!")])
                    + (parameter.name.hasSuffix("Timer") || parameter.name.hasPrefix("Timers.") ? durations : [])
                    + (parameter.name.hasSuffix("Url") ? urls : [])
                    + (["PageToken", "cursor"].contains(parameter.name) ? tokens : [])
            }
        return unreadable + typed
    }

    private static let durations = ["PT0S", "PT1S", "PT", "P1Y", "-PT15M", "PT15M ", "P999999W", "PT99999999H"].map {
        BadValue($0, Caller.encode($0))
    }

    private static let urls = [
        "ftp://hook.example/", "https://", "https://user:secret@hook.example/", "https://hook.example/#x", "https://hook.example/a b",
        "//hook.example", "https://hook.example:99999/", "https://hook.example/\r\nX: y",
        "https://hook.example/" + String(repeating: "y", count: 2048),
    ].map { BadValue(String($0.prefix(40)), Caller.encode($0)) }

    /// A direction without a place, one with a place in no list, and one in a list that is another.
    private static let tokens = ["PA", "PB", "PAAAAA", "PAbm9uc2Vuc2U", "PAWyJ1bmhlYXJkIiwwLDFd", "PAWyJ1bmhlYXJkIiwwLDFlOTldCg", "XX"].map
    {
        BadValue($0, $0)
    }

    /// Values of a path's variable: none of them names anything.
    static func values(ofVariable prefix: String, _ others: [(String, String?)]) -> [BadValue] {
        unreadable + [
            BadValue("of another kind", "HX" + String(repeating: "a", count: 32)), BadValue("too short", prefix + "12"),
            BadValue("of nothing", prefix + String(repeating: "e", count: 32)), BadValue("too long", long),
            BadValue("control characters", "a%0D%0Ab%1B"), BadValue("a slash", "a%2Fb"),
        ] + others.compactMap { label, sid in sid.map { BadValue(label, $0) } }
    }

    private static func sids(_ prefix: String, isOfService: Bool, _ installation: FurnishedInstallation) -> [BadValue] {
        let values = [
            BadValue("of another kind", installation.here[.message]), BadValue("too short", prefix + "12"),
            BadValue("not hexadecimal", prefix + String(repeating: "g", count: 32)),
        ]
        let elsewhere = installation.elsewhere
        switch prefix {
        // There are no such resources here, so any one may be named.
        case "MG", "FW", "HX": return values
        case "RL":
            return values + [
                BadValue("of nothing", prefix + String(repeating: "e", count: 32)), BadValue("of another service", elsewhere[.role]),
                BadValue("of another service's users", elsewhere[.serviceRole]),
                BadValue("of the other type", isOfService ? installation.here[.role] : installation.here[.serviceRole]),
            ]
        case "ME":
            return values + [
                BadValue("of nothing", prefix + String(repeating: "e", count: 32)),
                BadValue("of another service", elsewhere[.looseMedia]), BadValue("of another message", installation.here[.media]),
            ]
        default: return values + [BadValue("of nothing", prefix + String(repeating: "e", count: 32))]
        }
    }

    private static func participants(_ installation: FurnishedInstallation) -> [BadValue] {
        let name = String(repeating: "x", count: 257)
        let objects = [
            ("no JSON", "{"), ("no object", "[]"), ("an unknown member", #"{"identity":"bob","colour":"red"}"#), ("nobody", "{}"),
            ("a number", #"{"identity":7}"#), ("an escaped NUL", #"{"identity":"a\u0000b"}"#),
            ("a long identity", #"{"identity":"\#(name)"}"#),
            ("an empty identity", #"{"identity":""}"#), ("attributes that are no JSON", #"{"identity":"bob","attributes":"{"}"#),
            ("a role of nothing", #"{"identity":"bob","role_sid":"RL\#(String(repeating: "e", count: 32))"}"#),
            ("a role of another service", #"{"identity":"bob","role_sid":"\#(installation.elsewhere[.role])"}"#),
            ("a SID of another kind", #"{"identity":"bob","role_sid":"\#(installation.here[.message])"}"#),
            ("a binding without proxy", #"{"messaging_binding":{"address":"+15557000009"}}"#),
            ("a bad address", #"{"messaging_binding":{"address":"@","proxy_address":"\#(FurnishedInstallation.proxy)"}}"#),
            ("a strange proxy", #"{"messaging_binding":{"address":"+15557000009","proxy_address":"+15559999999"}}"#),
            ("a projected address", #"{"identity":"bob","messaging_binding":{"projected_address":"+15557000009"}}"#),
        ]
        return objects.map { BadValue($0.0, Caller.encode($0.1)) }
    }
}
