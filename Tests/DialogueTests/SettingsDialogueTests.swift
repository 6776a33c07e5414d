import Foundation
import Testing

/// `parley check` on broken files: every problem at once, with file, line and what was expected. The golden texts are in `Broken/`.
@Suite struct SettingsDialogueTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Broken").path

    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()

    @Test func thereAreTen() { #expect(SettingsDialogueTests.files.count >= 10) }

    @Test(arguments: files) func broken(file: String) async throws {
        let path = "\(SettingsDialogueTests.folder)/\(file)"
        let run = try await BuiltBinary.run(
            ["check", "--config", path], folder: TestFolder(), environment: ["KANNEL_PASSWORD": "kannel-secret-word"])
        let said = run.output.replacing("\(SettingsDialogueTests.folder)/", with: "").replacing(BuiltBinary.root, with: "ROOT")
        let golden = path.replacing(".yaml", with: ".txt")
        if ProcessInfo.processInfo.environment["PARLEY_RECORD"] == "1" { try said.write(toFile: golden, atomically: true, encoding: .utf8) }
        #expect(run.code == 1)
        #expect(said == (try String(contentsOfFile: golden, encoding: .utf8)))
        #expect(!said.contains("secret-word"))
    }

    @Test func shippedFileIsFine() async throws {
        let run = try await BuiltBinary.run(["check", "--config", "\(BuiltBinary.root)/config/parley.yaml"], folder: TestFolder())
        #expect(run.code == 0, "\(run.output)")
    }
}
