import ArgumentParser
import Foundation
import ParleyCore

/// `parley sms`: what a text is as SMS. Nothing is sent, and no settings are read.
struct SMSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms", abstract: "Look at texts as SMS.", subcommands: [Segments.self])

    struct Segments: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a text's encoding, units and parts.",
            discussion: """
                A text is GSM 7-bit where every character is in the default alphabet or its extension table, else UCS-2. One message holds 160 septets
                or 70 code units; parts of a longer one hold 153 or 67. Segments are counted as carriers do; the parts below are cut so that no
                character that a reader sees is cut in two where that can be.
                """)

        @Argument(help: "The text; - reads standard input to its end.") var text: String
        @Flag(help: "Print JSON.") var json = false

        private struct Entry: Encodable {
            struct Part: Encodable {
                var units: Int
                var text: String
            }

            struct Replaced: Encodable {
                var text: String
                var units: Int
                var segments: Int
            }

            var encoding: String
            var units: Int
            var segments: Int
            var parts: [Part]
            /// The first characters that are not in the GSM alphabet, each once.
            var foreign: [String]
            /// With `smart_replacement`, where that changes anything.
            var replaced: Replaced?

            init(_ text: String) {
                let sms = SMSText(text)
                (encoding, units, segments) = (sms.encoding.rawValue, sms.units, sms.segments)
                parts = SMSText.parts(of: text).map { Part(units: $0.units, text: $0.text) }
                var seen: Set<Character> = []
                foreign = Array(text.filter { !SMSText.isGSM7(String($0)) && seen.insert($0).inserted }.prefix(10).map(String.init))
                if let plain = SMSText.replacingTypography(in: text) {
                    let sms = SMSText(plain)
                    replaced = Replaced(text: plain, units: sms.units, segments: sms.segments)
                }
            }
        }

        func run() throws {
            guard text == "-" else { return try show(text) }
            guard let input = String(data: FileHandle.standardInput.readDataToEndOfFile(), encoding: .utf8) else {
                Terminal.error("standard input is no text in UTF-8")
                throw ExitCode.failure
            }
            try show(input)
        }

        private func show(_ text: String) throws {
            let entry = Entry(text)
            if json { return try Terminal.json(entry) }
            let limit = entry.segments > SMSText.partsMax ? "; no message has more than \(SMSText.partsMax)" : ""
            Terminal.say("encoding  \(entry.encoding)")
            Terminal.say("units     \(entry.units) \(entry.encoding == SMSText.Encoding.gsm7.rawValue ? "septets" : "code units")")
            Terminal.say("segments  \(entry.segments)\(limit)")
            if !entry.foreign.isEmpty { Terminal.say("not GSM   \(entry.foreign.joined(separator: " "))") }
            if let replaced = entry.replaced {
                Terminal.say("replaced  \(replaced.segments) of \(replaced.units) septets, with smart_replacement")
            }
            guard entry.parts.count > 1 else { return }
            Terminal.table(
                ["part", "units", "text"], entry.parts.enumerated().map { ["\($0 + 1)", "\($1.units)", $1.text.debugDescription] })
        }
    }
}
