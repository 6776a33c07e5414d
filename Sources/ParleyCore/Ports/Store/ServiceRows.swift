/// Questions about services, roles, credentials, bindings, and what an account configures.
public protocol ServiceReading {}

/// Changes to services, roles, credentials, bindings, and what an account configures.
public protocol ServiceWriting: ServiceReading {}
