import Foundation

/// What the commands say.
enum Terminal {
    static func say(_ line: String) { write(line, to: FileHandle.standardOutput) }

    static func error(_ line: String) { write(line, to: FileHandle.standardError) }

    /// Encodes a value for `--json`, keys sorted.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// What is known of one thing, a line for each name. What is nil is left out.
    static func facts(_ lines: [(String, String?)], width: Int = 16) {
        for (name, value) in lines {
            if let value { say(name.padding(toLength: width, withPad: " ", startingAt: 0) + value) }
        }
    }

    /// Lines up rows in columns under a heading.
    static func table(_ heading: [String], _ rows: [[String]]) {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        for row in all {
            let cells = zip(row, widths).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
            say(cells.joined(separator: "  ").replacing(/\s+$/, with: ""))
        }
    }

    private static func write(_ line: String, to handle: FileHandle) {
        // A closed pipe is the reader's choice; there is nobody left to tell.
        try? handle.write(contentsOf: Data((line + "\n").utf8))
    }
}
