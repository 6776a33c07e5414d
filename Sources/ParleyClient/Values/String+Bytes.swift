extension String {
    /// Whether both are the same to the gateway, which compares bytes; Swift's `==` takes canonically equivalent texts for one.
    func isSame(as other: String?) -> Bool { other.map { utf8.elementsEqual($0.utf8) } ?? false }
}
