import HTTPTypes

/// `GET /v1/realtime` where no WebSocket is asked for: what there is instead of an answer (RFC 9110 §15.5.22, RFC 6455 §4.4).
enum RealtimeRoutes {
    static let routes = [
        Route(.get, "v1/realtime") { _ in
            .refusal(.upgradeRequired, headers: [.upgrade: "websocket", .secWebSocketVersion: RealtimeHandshake.version])
        }
    ]
}
