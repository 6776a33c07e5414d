public import ParleyCore

/// Everything that leaves by HTTP or SMTP, over libcurl.
///
/// One thread does all of HTTP. Mail has threads of its own, one for each mail that is under way
/// (``TransferConfiguration/mailsAtOnceMax``): libcurl blocks its thread until a relay has answered the end of the data. Callers wait
/// without a thread of their own.
///
/// Transfers of one kind share connections, except across a security line: URLs that somebody else chose have their own, because the guard
/// sees new connections only, and so has each TLS setting of a relay. No redirect is followed, no proxy is used, and nothing but http,
/// https, smtp and smtps is spoken. Nothing is repeated that the other side may have acted upon.
public final class Transfer: HTTPExchange, MailSubmission {
    private let http: EventThread
    private let lanes: MailLanes
    private let configuration: TransferConfiguration

    public init(configuration: TransferConfiguration = TransferConfiguration()) {
        http = EventThread(configuration: configuration)
        lanes = MailLanes(configuration: configuration)
        self.configuration = configuration
    }

    deinit {
        http.stop()
        lanes.stop()
    }

    /// Ends all threads: what is under way may finish within ``TransferConfiguration/shutdownGrace`` and is cancelled after it. Returns
    /// when the threads are gone. Whatever is sent later fails with ``TransferFailure/Reason/cancelled``. May be called more than once.
    public func shutdown() async {
        http.stop()
        lanes.stop()
        let threads = [http] + lanes.threads
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [configuration] in
                // Cut short as soon as the threads have ended by themselves, and then there is nothing to interrupt.
                try? await Task.sleep(for: configuration.shutdownGrace)
                threads.forEach { $0.interrupt() }
            }
            for thread in threads { await thread.join() }
            group.cancelAll()
        }
    }

    public func send(_ request: OutboundRequest, trust: Trust) async throws(TransferFailure) -> OutboundAnswer {
        try request.check()
        let observation = await http.run(.http(request, trust: trust))
        return try observation.answer(to: request)
    }

    /// Hands over one mail in one SMTP transaction. Recipients that the relay refuses do not keep the others from it.
    ///
    /// A pooled connection that the relay has given up in the meantime is replaced once, as long as nothing of the content left.
    public func submit(_ mail: OutboundMail, to relay: Relay) async throws(TransferFailure) -> [RecipientReply] {
        try mail.check()
        try relay.check()
        let observation = await lanes.run(mail, to: relay)
        return try observation.replies(to: mail, relay: relay)
    }
}
