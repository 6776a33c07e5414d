import ParleyBroker
import ParleyCore
import Testing

/// Bytes that no row names are taken away, unless somebody has just brought the same ones and is about to name them.
@Suite struct WatchedMediaTests {
    @Test func bytesThatWereJustKeptAreLeftAlone() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let eraser = Eraser(broker: broker)
        // An import failed, and its bytes are free; its repeat brings them again and has not named them yet.
        let key = try broker.media.keep(Array("a picture".utf8))
        try await broker.perform(AbandonImport(keys: [key]))
        while try await eraser.step() {}
        #expect(try broker.media.size(of: key) != nil)
        installed.clock.advance(.seconds(599))
        while try await eraser.step() {}
        #expect(try broker.media.size(of: key) != nil)
        installed.clock.advance(.seconds(2))
        while try await eraser.step() {}
        #expect(try broker.media.size(of: key) == nil)
    }

    @Test func bytesThatGotARowMeanwhileStay() async throws {
        let installed = try await Installed()
        let broker = installed.broker
        let key = try broker.media.keep(Array("a picture".utf8))
        try await broker.perform(AbandonImport(keys: [key]))
        _ = try await broker.perform(RegisterMedia(key: key, contentType: "image/png", size: 9))
        installed.clock.advance(.seconds(601))
        while try await Eraser(broker: broker).step() {}
        #expect(try broker.media.size(of: key) != nil)
    }
}
