import Foundation
import Testing

/// The directions between targets, banned words, and documents that must not drift from the tree.
@Suite struct LayeringTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What each target may import of ours; the same table stands in docs/architecture.md.
    static let directions: [String: Set<String>] = [
        "ParleyCore": [],
        "ParleyYAML": [],
        "ParleyBroker": ["ParleyCore"],
        "ParleyXML": ["CParleyXML"],
        "ParleySMS": ["ParleyCore", "ParleyXML", "ParleyYAML", "CParleyTime"],
        "ParleyMailWire": ["CParleyGMime", "CParleyXML"],
        "ParleyEmail": ["ParleyCore", "ParleyMailWire", "ParleyYAML"],
        "ParleyMock": ["ParleyCore", "ParleyYAML"],
        "ParleySimulation": ["ParleyCore", "ParleyBroker"],
        "ParleyTransfer": ["ParleyCore", "CParleyCurl"],
        "ParleyStore": ["ParleyCore"],
        "ParleyMedia": ["ParleyCore"],
        "ParleyAPI": ["ParleyCore", "ParleyBroker"],
        "ParleyClient": [],
        "parley": [
            "ParleyCore", "ParleyYAML", "ParleyBroker", "ParleySMS", "ParleyMailWire", "ParleyEmail", "ParleyMock", "ParleyTransfer",
            "ParleyStore", "ParleyMedia", "ParleyAPI",
        ],
    ]

    struct Source: Sendable {
        var target: String
        var path: String
        var text: String
    }

    static let sources: [Source] = {
        let folder = root.appending(path: "Sources")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".swift") }.map { path in
            Source(
                target: String(path.prefix { $0 != "/" }), path: path,
                text: (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)) ?? "")
        }
    }()

    @Test func importsGoOneWay() {
        for source in LayeringTests.sources {
            let allowed = LayeringTests.directions[source.target]
            #expect(allowed != nil, "\(source.target) has no row")
            for match in source.text.matches(
                of: /(?m)^(?:public |internal |package |private |fileprivate )?import (?:struct |enum |class |func )?(C?Parley\w+)/)
            {
                #expect(allowed?.contains(String(match.1)) == true, "\(source.path) imports \(match.1)")
            }
        }
    }

    @Test(arguments: [
        (#"\btry!"#, "try!"), (#"\bas!"#, "as!"), (#"fatalError\("#, "fatalError"), (#"\bTODO\b|\bFIXME\b|\bXXX\b"#, "an open end"),
        (#"(?m)^\s*print\("#, "print"),
    ])
    func banned(pattern: String, name: String) throws {
        let regex = try Regex(pattern)
        for source in LayeringTests.sources { #expect(!source.text.contains(regex), "\(source.path) has \(name)") }
    }

    @Test func uncheckedHasItsReason() {
        for source in LayeringTests.sources {
            for (number, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                #expect(line.contains("//"), "\(source.path):\(number + 1) gives no reason")
            }
        }
    }

    @Test func onlyTransferSpeaksToCurl() {
        for source in LayeringTests.sources where source.target != "ParleyTransfer" {
            #expect(!source.text.contains("import CParleyCurl"), "\(source.path)")
            #expect(!source.text.contains("URLSession"), "\(source.path): what leaves goes through ParleyTransfer")
        }
    }

    @Test func filesAreShort() {
        for source in LayeringTests.sources {
            let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 400, "\(source.path) has \(lines) lines")
        }
    }

    @Test func everyDependencyIsExplained() throws {
        let package = try String(contentsOf: LayeringTests.root.appending(path: "Package.swift"), encoding: .utf8)
        let page = try String(contentsOf: LayeringTests.root.appending(path: "docs/dependencies.md"), encoding: .utf8).lowercased()
        for match in package.matches(of: /url: "https:\/\/github.com\/[^\/]+\/([^"]+)"/) {
            let name = match.1.lowercased().replacing(".swift", with: "")
            #expect(page.contains(name), "\(name) is not in docs/dependencies.md")
        }
    }

    @Test func architectureNamesEveryTarget() throws {
        let page = try String(contentsOf: LayeringTests.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        for target in LayeringTests.directions.keys { #expect(page.contains("`\(target)`"), "\(target) is not in docs/architecture.md") }
    }
}
