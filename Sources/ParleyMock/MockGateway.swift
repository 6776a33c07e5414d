import Foundation
public import ParleyCore
import Synchronization

/// An adapter without a carrier: it keeps what it was asked to send, fails as it is told, and takes inbound messages over its controls, so
/// that a whole installation can be tried with no account anywhere.
///
/// Its controls, under `/admin/v1/adapters/{name}/`:
/// - `GET sent` lists what was asked of it, oldest first; `DELETE sent` forgets it.
/// - `POST inbound` says something in a person's name (``MockInbound``).
/// - `POST receipts` reports evidence on something sent (``MockReceipt``).
/// - `PUT faults` gives the outcomes of the next attempts (``MockFault``); `GET faults` lists those left.
public final class MockGateway: ControlledGateway {
    public let capabilities: Capabilities
    let name: String
    let intake: any MockIntake
    let media: any MediaStore
    let source: any StampSource
    private let state = Mutex(State())

    /// The most that is remembered of what was sent; older entries are forgotten.
    public static let sentMax = 10_000

    struct State {
        var sent: [MockSent] = []
        var faults: [MockFault] = []
        var number = 0
    }

    public init(
        name: String, settings: MockSettings, intake: any MockIntake, media: any MediaStore, source: any StampSource
    ) {
        self.name = name
        self.intake = intake
        self.media = media
        self.source = source
        capabilities = settings.capabilities
        receipt = settings.receipts
    }

    /// The receipt that follows each accepted attempt, or nil for none.
    private let receipt: Delivery.Status?

    public func send(_ dispatch: Dispatch) async -> Outcome {
        let fault = state.withLock { state in state.faults.isEmpty ? nil : state.faults.removeFirst() }
        let id = note(dispatch, fault)
        if let delay = fault?.delayMilliseconds, delay > 0 {
            do { try await Task.sleep(for: .milliseconds(min(delay, 600_000))) } catch {
                return .unknown(Diagnosis(text: "the attempt was cancelled"))
            }
        }
        let outcome = fault?.outcome.outcome(id: id, fault) ?? .accepted([id])
        if case .accepted = outcome, let receipt {
            // It comes after the answer, or is parked until the answer is stored, as with a real carrier.
            _ = try? await intake.receipt(
                ReceiptFact(carrierID: id, carrierStatus: receipt.rawValue, status: receipt), adapter: name)
        }
        return outcome
    }

    func withState<R: Sendable>(_ body: (inout State) -> R) -> R { state.withLock { body(&$0) } }

    private func note(_ dispatch: Dispatch, _ fault: MockFault?) -> String {
        let now = source.stamp().now
        return state.withLock { state in
            state.number += 1
            let id = "mock-\(dispatch.delivery.digits.suffix(12))-\(state.number)"
            state.sent.append(
                MockSent(
                    id: id, delivery: dispatch.delivery.text, attempt: dispatch.attempt, from: dispatch.pair.proxy.text,
                    to: dispatch.pair.address.text, text: dispatch.payload.text,
                    media: dispatch.payload.media.map {
                        MockSent.Medium(contentType: $0.contentType, filename: $0.filename, size: $0.size, sha256: $0.key.rawValue)
                    },
                    at: now.milliseconds, outcome: fault?.outcome.rawValue ?? MockFault.Kind.accepted.rawValue))
            if state.sent.count > MockGateway.sentMax { state.sent.removeFirst() }
            return id
        }
    }
}

/// What the mock adapter needs of the Broker.
public protocol MockIntake: Intake {
    /// Takes evidence about a delivery; returns after the commit.
    func receipt(_ receipt: ReceiptFact, adapter: String) async throws(NotDurable)
}
