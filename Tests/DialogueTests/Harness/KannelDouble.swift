import Foundation
import Hummingbird
import ParleyCore
import ParleyTransfer
import Synchronization

/// A plain HTTP server that plays Kannel's smsbox: it takes sendsms, and calls the `dlr-url` that it was given as Kannel does.
final class KannelDouble: Sendable {
    struct Text: Sendable, Hashable {
        var from: String
        var to: String
        var text: String
        var reference: String
    }

    private let state = Mutex<[Text]>([])
    private let transfer = Transfer()
    let port: Int
    /// The statuses that are reported for each text, in order.
    let reports: [Int]

    init(port: Int, reports: [Int] = [8, 1]) {
        self.port = port
        self.reports = reports
    }

    var texts: [Text] { state.withLock { $0 } }

    /// Serves while the body runs, and ends gracefully after it.
    func serving(_ body: @Sendable () async throws -> Void) async throws {
        let router = Router()
        router.get("/cgi-bin/sendsms") { request, _ -> Response in
            let query = KannelDouble.query(request.uri.query ?? "")
            guard query["username"] == "tester", query["password"] == "foobar" else {
                return Response(status: .forbidden, body: .init(byteBuffer: .init(string: "Authorization failed for sendsms")))
            }
            let report = query["dlr-url"] ?? ""
            let reference = KannelDouble.query(String(report.split(separator: "?").last ?? ""))["reference"] ?? ""
            let text = Text(from: query["from"] ?? "", to: query["to"] ?? "", text: query["text"] ?? "", reference: reference)
            self.state.withLock { $0.append(text) }
            for status in self.reports { await self.report(report.replacing("%d", with: "\(status)")) }
            return Response(status: .accepted, body: .init(byteBuffer: .init(string: "0: Accepted for delivery")))
        }
        try await LoopbackServer.serving(router, on: port, body)
    }

    private func report(_ url: String) async {
        _ = try? await transfer.send(OutboundRequest(method: "GET", url: url, timeout: .seconds(5)), trust: .operatorChosen)
    }

    static func query(_ text: String) -> [String: String] {
        var found: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? String($0)
            }
            if parts.count == 2 { found[parts[0]] = parts[1] }
        }
        return found
    }
}
