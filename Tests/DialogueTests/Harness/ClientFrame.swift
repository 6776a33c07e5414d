/// A WebSocket frame as a client sends it (RFC 6455 §5.2), right or wrong in any part.
struct ClientFrame: Sendable {
    enum Opcode {
        static let continuation: UInt8 = 0x0
        static let text: UInt8 = 0x1
        static let binary: UInt8 = 0x2
        static let close: UInt8 = 0x8
        static let ping: UInt8 = 0x9
        static let pong: UInt8 = 0xA
    }

    var isFinal = true
    /// The three reserved bits, 0 to 7.
    var reserved: UInt8 = 0
    var opcode = Opcode.text
    var isMasked = true
    var payload: [UInt8] = []
    /// The length that the head announces, where it is not the payload's.
    var announced: UInt64?

    /// A whole message of text.
    static func text(_ text: String) -> ClientFrame { ClientFrame(payload: Array(text.utf8)) }

    static func text(of bytes: Int) -> ClientFrame { ClientFrame(payload: [UInt8](repeating: UInt8(ascii: "a"), count: bytes)) }

    var bytes: [UInt8] {
        let length = announced ?? UInt64(payload.count)
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        switch length {
        case 0...125: bytes.append(mask | UInt8(length))
        case 126...0xFFFF: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0x5A, 0xC3, 0x17, 0xE8]
        bytes += key
        bytes.reserveCapacity(bytes.count + payload.count)
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ key[index & 3]) }
        return bytes
    }
}
