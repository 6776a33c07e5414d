import ParleyCore
import ParleySMS
import Testing

@Suite struct OutcomeTests {
    private func outcome(_ status: Int, _ body: String = "", headers: [HeaderField] = []) throws -> Outcome {
        let definition = try Example.read()
        let answer = OutboundAnswer(status: status, headers: headers, body: Array(body.utf8))
        return definition.outcome(of: answer, settings: try Example.settings(definition))
    }

    @Test(arguments: [
        (408, Outcome.temporary(after: .seconds(7), Diagnosis(text: "HTTP 408"))),
        (425, .temporary(after: .seconds(7), Diagnosis(text: "HTTP 425"))),
        (500, .temporary(after: .seconds(7), Diagnosis(text: "HTTP 500"))),
        (599, .temporary(after: .seconds(7), Diagnosis(text: "HTTP 599"))),
        (429, .throttled(after: .seconds(7), Diagnosis(text: "HTTP 429"))), (401, .misconfigured(Diagnosis(text: "HTTP 401"))),
        (403, .misconfigured(Diagnosis(text: "HTTP 403"))), (400, .permanent(Diagnosis(text: "HTTP 400"))),
        (422, .permanent(Diagnosis(text: "HTTP 422"))),
        (302, .misconfigured(Diagnosis(text: "HTTP 302: redirects are not followed; is base_url right?"))),
        (204, .unknown(Diagnosis(text: "HTTP 204: the definition does not know this answer"))),
    ])
    func theCommonTable(status: Int, expected: Outcome) throws {
        #expect(try outcome(status, headers: [HeaderField("retry-after", "7")]) == expected)
    }

    @Test func idsAreFoundInOrderAndNumbersKeepTheirDigits() throws {
        #expect(
            try outcome(201, #"{"messages":[{"id":"a"},{"id":12345678901234567890},{"x":1}]}"#) == .accepted(["a", "12345678901234567890"]))
        #expect(try outcome(201, "no JSON") == .accepted([]))
    }

    @Test func theFirstRuleThatMatchesDecides() throws {
        #expect(
            try outcome(200, #"{"error":{"code":21,"message":"please wait [ 250 ]"}}"#)
                == .throttled(after: .milliseconds(250), Diagnosis(text: "HTTP 200")))
        #expect(try outcome(400, #"{"error":{"code":"30"}}"#) == .optedOut(Diagnosis(text: "HTTP 400")))
        #expect(
            try outcome(400, #"{"error":{"code":"41","message":"no such number"}}"#)
                == .permanent(Diagnosis(carrierCode: "41", text: "HTTP 400: no such number")))
        #expect(
            try outcome(402, headers: [HeaderField("x-fault", "credit")])
                == .misconfigured(Diagnosis(carrierCode: "credit", text: "HTTP 402")))
        #expect(try outcome(503, "Maintenance") == .temporary(after: nil, Diagnosis(text: "HTTP 503")))
    }

    @Test(arguments: ["-1", "1e400", "x", "9223372036854775808"])
    func oddTimesToWaitDoNoHarm(text: String) throws {
        _ = try outcome(503, #"{"maintenance":1,"retry":"\#(text)"}"#)
        _ = try outcome(429, headers: [HeaderField("Retry-After", text)])
    }

    @Test func whatACarrierSaysIsMadeFitToShow() throws {
        let long = String(repeating: "long ", count: 100)
        let words = #"bad token t0ken-value for +15557770001 and a.person@example.com\u0007\r\nX: y \#(long)"#
        guard case .permanent(let diagnosis) = try outcome(400, #"{"error":{"code":"4","message":"\#(words)"}}"#) else {
            Issue.record("not permanent")
            return
        }
        #expect(diagnosis.text.hasPrefix("HTTP 400: bad token *** for +…01 and …@… X: y long long"))
        #expect(diagnosis.text.count < 230)
    }

    @Test func noAnswerIsUnknownOnlyIfTheRequestMayHaveLeft() throws {
        let definition = try Example.read()
        let settings = try Example.settings(definition)
        let left = definition.outcome(of: TransferFailure(.timedOut, mayHaveLeft: true, detail: "after 30 s"), settings: settings)
        #expect(left == .unknown(Diagnosis(text: "timedOut: after 30 s")))
        let stayed = definition.outcome(of: TransferFailure(.tls, mayHaveLeft: false, detail: "no common cipher"), settings: settings)
        #expect(stayed == .temporary(after: nil, Diagnosis(text: "tls: no common cipher")))
    }
}
