/// A gateway with controls of its own for the operator, mounted under `/admin/v1/adapters/{name}/`.
public protocol ControlledGateway: Gateway {
    /// Answers one request. Bodies are JSON both ways.
    func control(_ request: ControlRequest) async -> ControlAnswer
}

/// A request to a gateway's controls.
public struct ControlRequest: Sendable, Hashable {
    public var method: String
    /// What follows the adapter's name in the path, without a leading slash: `sent`, `inbound`, `faults`.
    public var path: String
    public var body: [UInt8]

    public init(method: String, path: String, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
    }
}

/// The answer of a gateway's controls.
public struct ControlAnswer: Sendable, Hashable {
    public var status: Int
    /// JSON.
    public var body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
