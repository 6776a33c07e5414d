import Foundation
import Testing

/// `parley sms segments`, which needs no settings.
@Suite struct SegmentsDialogueTests {
    static let runs: [(String, String)] = [
        ("Hello €", "encoding  gsm7\nunits     8 septets\nsegments  1\n"),
        (
            "It’s fine",
            "encoding  ucs2\nunits     9 code units\nsegments  1\nnot GSM   ’\nreplaced  1 of 9 septets, with smart_replacement\n"
        ),
        (
            String(repeating: "ж", count: 71),
            """
            encoding  ucs2
            units     71 code units
            segments  2
            not GSM   ж
            part  units  text
            1     67     "\(String(repeating: "ж", count: 67))"
            2     4      "жжжж"

            """
        ),
    ]

    @Test(arguments: runs) func textsAreShown(text: String, output: String) async throws {
        let run = try await BuiltBinary.run(["sms", "segments", text], folder: TestFolder())
        #expect(run.code == 0 && run.output == output)
    }

    @Test func partsAreShownAsJSON() async throws {
        let run = try await BuiltBinary.run(["sms", "segments", "--json", String(repeating: "a", count: 201)], folder: TestFolder())
        let json = try JSONDecoder().decode(JSON.self, from: Data(run.output.utf8))
        #expect(json["segments"]?.int == 2 && json["encoding"]?.string == "gsm7" && json["foreign"]?.array == [])
        #expect(json["parts"]?.array.compactMap { $0["units"]?.int } == [153, 48])
    }
}
