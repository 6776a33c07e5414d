import NIOCore
import NIOWebSocket
import ParleyCore

/// What the gateway sends, as the bytes of WebSocket frames (RFC 6455 §5.2). A server's frames are not masked, so one encoding serves everybody.
enum RealtimeFrame {
    static func text(_ json: JSON) -> ByteBuffer { frame(.text, json.bytes) }

    static func ping() -> ByteBuffer { frame(.ping, []) }

    static func pong(_ data: ByteBuffer) -> ByteBuffer { frame(.pong, Array(data.readableBytesView.prefix(125))) }

    /// - Parameter code: nil for a frame without one.
    static func close(_ code: UInt16?, _ reason: String = "") -> ByteBuffer {
        guard let code else { return frame(.connectionClose, []) }
        return frame(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8.prefix(123))
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 10)
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(payload.count))
        case ...0xFFFF:
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeBytes(payload)
        return buffer
    }
}

/// The frames that answer commands and tell of the connection itself.
extension RealtimeFrame {
    static func answer(_ type: String, to id: JSON?, _ members: [JSON.Member] = []) -> ByteBuffer {
        text(.object([JSON.Member("type", .string(type))] + (id.map { [JSON.Member("id", $0)] } ?? []) + members))
    }

    static func error(_ refusal: Refusal, to id: JSON?) -> ByteBuffer {
        answer(
            "error", to: id,
            [
                JSON.Member("status", .integer(refusal.status)), JSON.Member("code", .integer(refusal.code)),
                JSON.Member("message", .string(refusal.message)),
            ])
    }

    static func tokenAboutToExpire(_ expires: Instant) -> ByteBuffer {
        text(["type": "tokenAboutToExpire", "expires": .string(WireDate.precise(expires))])
    }

    static let tokenExpired = text(["type": "tokenExpired"])

    static func typing(_ conversation: SID, participant: SID, identity: String, seconds: Int64) -> ByteBuffer {
        text([
            "type": "typing", "conversation": JSON(conversation), "participant": JSON(participant), "identity": .string(identity),
            "seconds": .integer(Int(seconds)),
        ])
    }
}
