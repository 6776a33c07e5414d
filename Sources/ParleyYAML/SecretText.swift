/// A secret from the settings. Whatever prints it prints `***`; the value is read on purpose only.
public struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for the wire and for comparing.
    public let value: String

    public init(_ value: String) { self.value = value }

    public var description: String { "***" }

    public var debugDescription: String { "***" }

    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
