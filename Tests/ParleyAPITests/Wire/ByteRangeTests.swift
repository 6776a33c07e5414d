import Testing

@testable import ParleyAPI

@Suite struct ByteRangeTests {
    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-", .part(0..<10)), ("bytes=0-0", .part(0..<1)), ("Bytes=3-99", .part(3..<10)),
            ("bytes=-4", .part(6..<10)),
            ("bytes=-99", .part(0..<10)), ("bytes=9-9", .part(9..<10)), ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<10)), ("bytes=5-4", .whole),
            ("bytes=0-1,3-4", .whole), ("bytes=-", .whole), ("bytes=", .whole), ("bytes=a-b", .whole), ("items=0-1", .whole), ("", .whole),
            ("bytes=-1-2", .whole), ("bytes=٣-", .whole),
        ] as [(String?, ByteRange)])
    func read(header: String?, range: ByteRange) {
        #expect(ByteRange.read(header, size: 10) == range)
    }

    @Test(arguments: ["bytes=0-", "bytes=-1", "bytes=0-0"])
    func nothingOfNothing(header: String) {
        #expect(ByteRange.read(header, size: 0) == .unsatisfiable)
    }
}
