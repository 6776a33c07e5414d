import ParleyCore
import ParleyTransfer

/// Runs a test with a transfer of its own, and ends its threads.
func withTransfer<Result>(
    _ configuration: TransferConfiguration = TransferConfiguration(), _ body: (Transfer) async throws -> Result
) async throws -> Result {
    // Between two requests of a test a busy machine may do other things for longer than connections are kept in use.
    var configuration = configuration
    configuration.idleAgeMax = .seconds(3600)
    let transfer = Transfer(configuration: configuration)
    do {
        let result = try await body(transfer)
        await transfer.shutdown()
        return result
    } catch {
        await transfer.shutdown()
        throw error
    }
}

/// The failure that the body ends with, or nil.
func thrown(_ body: () async throws -> Void) async -> TransferFailure? {
    do {
        try await body()
        return nil
    } catch {
        return error as? TransferFailure
    }
}

extension OutboundMail {
    static func sample(
        sender: String = "a@x.test", to recipients: [String] = ["b@y.test"], _ content: String = "Subject: hi\r\n\r\nhello\r\n",
        timeout: Duration = .seconds(20)
    ) -> OutboundMail {
        OutboundMail(sender: sender, recipients: recipients, content: Array(content.utf8), timeout: timeout)
    }
}
