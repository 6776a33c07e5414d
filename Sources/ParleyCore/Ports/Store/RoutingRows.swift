/// Questions about where inbound messages of strangers go.
public protocol RoutingReading {}

/// Changes to where inbound messages of strangers go.
public protocol RoutingWriting: RoutingReading {}
