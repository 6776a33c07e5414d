import Testing

/// Programs from PyPI that were not written with us in mind, against the built binary: the contract's helper library, and schemathesis.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PythonPeerTests {
    /// The helper library's calls for every operation of the contract; each answer is compared with the served document.
    @Test func helperLibraryThroughTheContract() async throws {
        try await PythonPeer.run("contract_tour.py", patience: .seconds(240))
    }

    /// Whoever checks our webhooks with the helper library's validator accepts ours, and no forged one.
    @Test func webhooksValidateWithTheHelperLibrary() async throws {
        try await PythonPeer.run("webhook_signature.py", patience: .seconds(180))
    }

    /// Tokens that the helper library makes let their identity in; spoiled ones are turned away.
    @Test func accessTokensOfTheHelperLibrary() async throws {
        try await PythonPeer.run("access_token.py", patience: .seconds(90))
    }

    /// No request that can be made from the document gets a 5xx, or an answer that the document does not describe.
    @Test func schemathesisOverTheDocument() async throws {
        try await PythonPeer.run("document_fuzz.py", patience: .seconds(480))
    }
}
