public import ParleyCore

extension Broker {
    /// Takes evidence about a delivery that did not come by a callback route; returns after the commit.
    public func receipt(_ receipt: ReceiptFact, adapter: String) async throws(NotDurable) {
        do {
            try await perform(ReceiveCallback(adapter: adapter, facts: [.receipt(receipt)], raw: receipt.raw))
        } catch let failure as NotDurable {
            throw failure
        } catch {
            throw NotDurable("\(error)")
        }
    }
}
