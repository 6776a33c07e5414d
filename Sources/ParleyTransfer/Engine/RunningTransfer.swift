internal import CParleyCurl
internal import ParleyCore
internal import Synchronization

/// One transfer from its order to its observation. All but `isCancelled` is touched by the event thread only.
final class RunningTransfer: @unchecked Sendable {  // handed to the event thread once, and used by it alone from then on
    let order: Order
    private var completion: (@Sendable (Observation) -> Void)?
    private let cancelled = Mutex(false)

    /// The pool whose connections this transfer may use; set when it starts.
    private(set) var pool: ConnectionPool?
    private(set) var easy: EasyHandle?
    var observation = Observation()

    init(_ order: Order) {
        self.order = order
    }

    /// Says who gets the observation. The completion is called exactly once.
    func begin(_ completion: @escaping @Sendable (Observation) -> Void) {
        self.completion = completion
    }

    /// May be set by any thread, before or after the event thread has heard of this transfer.
    var isCancelled: Bool {
        get { cancelled.withLock { $0 } }
        set { cancelled.withLock { $0 = newValue } }
    }

    /// Makes the libcurl handle for the order.
    ///
    /// - Returns: nil when libcurl takes one of the options amiss; the observation then says so.
    func prepare(in pool: ConnectionPool, configuration: TransferConfiguration) -> EasyHandle? {
        do {
            let easy = try EasyHandle()
            try easy.setCommon(configuration: configuration, state: self, pool: pool)
            switch order {
            case .http(let request, let trust): try easy.set(request, trust: trust, configuration: configuration)
            case .mail(let mail, let relay, let fresh): try easy.set(mail, relay: relay, fresh: fresh, state: self)
            }
            self.pool = pool
            self.easy = easy
            return easy
        } catch {
            observation.end = .finished(error.code)
            return nil
        }
    }

    /// Reads what libcurl knows about the end of the transfer.
    func end(_ code: CURLcode) {
        observation.end = .finished(code)
        guard let easy else { return }
        observation.errorText = easy.errorText
        observation.status = easy.long(CURLINFO_RESPONSE_CODE)
        observation.reusedConnection = easy.long(CURLINFO_NUM_CONNECTS) == 0
    }

    /// Frees the libcurl handle, which must have left its pool, and hands over the observation.
    func complete() {
        easy = nil
        pool = nil
        completion?(observation)
        completion = nil
    }
}
