import ParleyCore

/// Carries the bytes of an upload to the media store piece by piece.
struct MediaUpload: Sendable {
    let store: any MediaStore

    /// Returns once the bytes survive a power cut. When it throws nothing is kept.
    func receive(_ body: BoundedBody) async throws -> (key: MediaKey, size: Int) {
        let store = store
        var reception = try await Blocking.run { try store.receive() }
        do {
            var size = 0
            for try await chunk in body {
                size += chunk.count
                reception = try await Blocking.run { [reception] in
                    var reception = reception
                    try reception.write(chunk)
                    return reception
                }
            }
            let key = try await Blocking.run { [reception] in
                var reception = reception
                return try reception.finish()
            }
            return (key, size)
        } catch {
            reception.abandon()
            throw error
        }
    }
}
