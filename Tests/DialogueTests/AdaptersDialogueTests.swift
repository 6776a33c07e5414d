import Foundation
import ParleyMailWire
import Testing

/// `parley adapters describe`: what an adapter does with what it is given, and with what it cannot carry. `parley adapters try`: what it would send,
/// and what becomes of it.
@Suite(.timeLimit(.minutes(15))) struct AdaptersDialogueTests {
    /// Settings with adapters of every type; nothing runs.
    private func daemon() -> RunningDaemon {
        let daemon = RunningDaemon()
        let more = """

              pictures:
                type: http-sms
                provider: twilio
                credentials: { account_sid: AC-of-tests, auth_token: [new-secret-word, old-secret-word] }
                addresses: ["+15551230002", "+1556*"]
                when_unknown: hold
                consent: none
                smart_replacement: true
                text: { segments_max: 6, beyond: link }
              quiet:
                type: mock
                addresses: ["+15551230009"]
                consent: { confirm: { stop: "You get no more messages.", help: "Call us." } }
            """
        daemon.folder.write("parley.yaml", RunningDaemon.settings(daemon.folder, daemon.ports) + more)
        return daemon
    }

    private func adapters(_ daemon: RunningDaemon, _ arguments: [String]) async throws -> BuiltBinary.Run {
        try await BuiltBinary.run(["adapters"] + arguments + ["--config", daemon.config], folder: daemon.folder)
    }

    static let descriptions: [(String, [(String, String)])] = [
        (
            "carrier",
            [
                ("provider", "kannel"), ("title", "Kannel smsbox"), ("recipients", "e164 short"), ("senders", "e164 alphanumeric short"),
                ("text", "as written"), ("encodings", "UTF-8, UTF-16BE"),
                (
                    "longest text",
                    "10 segments, which the provider splits; beyond, up to 99 messages that begin with their number, such as (1/3); "
                        + "what needs more is refused, and nothing of it leaves"
                ),
                ("media", "none; media are sent as signed links in the text, good for 7 days"),
                ("receipts", "yes; what has none after 24 h is flagged no_receipt"),
                ("repeats", "not recognised: a person may get a message twice, whose delivery is flagged possible_duplicate"),
                (
                    "retries",
                    "after 5 s, 15 s, 30 s, 1 min, 2 min, 5 min, 10 min, then every 10 min, each up to a tenth longer, until the validity ends"
                ),
                ("unknown answer", "retry after 2 s without a receipt; after 5 in a row the delivery is held"), ("loop guard", "none"),
                ("consent", "words of en"), ("start words", "start, unstop"), ("help words", "help, info"),
                ("stop words", "cancel, end, opt out, optout, quit, revoke, stop, stop all, stopall, unsubscribe"),
                ("a stop", "nothing more leaves from that address to that person, and deliveries fail with 21610, until a start"),
                ("callback proof", "basic with callback_secret; or secret_path with callback_secret"), ("setting", "username = tester"),
                ("setting", "password = ***"), ("setting", "callback_secret = ***"),
            ]
        ),
        (
            "pictures",
            [
                ("senders", "e164 alphanumeric short"),
                ("text", "typographic characters become plain ones where the text then fits the GSM alphabet"),
                (
                    "media",
                    "image/jpeg image/png image/gif, 10 at most, 5000000 bytes together, by links that the provider fetches; "
                        + "others as signed links in the text; links are good for 7 days"
                ),
                ("segments", "6 at most; a longer text is cut and ends with a signed link to the whole, good for 7 days"),
                ("unknown answer", "hold after 2 s without a receipt"), ("consent", "no words are looked for"),
                ("callback proof", "twilio_url_and_form, a signature, with auth_token"), ("setting", "account_sid = AC-of-tests"),
                ("setting", "auth_token = *** and 1 older"), ("setting", "media_total = 5 MB (the default)"),
            ]
        ),
        (
            "mail",
            [
                ("type", "smtp"), ("addresses", "*@in.example"),
                (
                    "media",
                    "*/*, 10 at most, 10485760 bytes each; more than 20971520 bytes together fail; others as signed links in the text; "
                        + "links are good for 7 days"
                ),
                (
                    "retries",
                    "after 5 min, 15 min, 30 min, 1 h, 2 h, 4 h, then every 4 h, each up to a tenth longer, until the validity ends"
                ),
                ("order", "first attempts: a deferred mail is overtaken"), ("consent", "no words are looked for"),
            ]
        ),
        (
            "demo-sms",
            [
                ("type", "mock"), ("channel", "sms"), ("loop guard", "20 messages of one pair in 1 min"),
                ("media", "*/*, 10 at most, 5242880 bytes each; others as signed links in the text; links are good for 7 days"),
            ]
        ),
        ("quiet", [("consent", "words of en"), ("confirmations", "of stop, help: whoever says so is sent a text, once in 24 h")]),
    ]

    @Test(arguments: descriptions) func described(name: String, lines: [(String, String)]) async throws {
        let daemon = daemon()
        let run = try await adapters(daemon, ["describe", name])
        let said = run.output.split(separator: "\n").map(String.init)
        for (name, value) in lines {
            #expect(said.contains(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value), "\(name): \(run.output)")
        }
        #expect(run.code == 0 && !run.output.contains("foobar") && !run.output.contains("callback-secret"))
        #expect(!run.output.contains("secret-word"))
    }

    @Test func describedAsJSON() async throws {
        let daemon = daemon()
        let run = try await adapters(daemon, ["describe", "carrier", "--json"])
        let json = try JSONDecoder().decode(JSON.self, from: Data(run.output.utf8))
        #expect(json["name"]?.string == "carrier" && json["provider_title"]?.string == "Kannel smsbox", "\(run.output)")
        #expect(json["recipients"]?.array.compactMap(\.string) == ["e164", "short"])
        let text = try #require(json["text"])
        #expect(text["longest"]?.int == 10 && text["longest_unit"]?.string == "segments" && text["splitting"]?.string == "provider")
        #expect(text["beyond"]?.string == "numbered" && text["numbered_max"]?.int == 99)
        #expect(json["media_types"]?.array == [] && json["media_link_seconds"]?.int == 604_800 && json["drops_repeats"] == JSON.bool(false))
        #expect(json["retries"]?["delays_seconds"]?.array.compactMap(\.int) == [5, 15, 30, 60, 120, 300, 600])
        #expect(json["retries"]?["unknown_grace_seconds"]?.int == 2 && json["consent"]?["stop_error_code"]?.int == 21610)
        #expect(json["consent"]?["languages"]?.array.compactMap(\.string) == ["en"])
        #expect(json["proofs"]?.array.compactMap { $0["method"]?.string } == ["basic", "secret_path"])
        let secrets = json["settings"]?.array.filter { $0["is_secret"] == JSON.bool(true) } ?? []
        #expect(secrets.compactMap { $0["value"]?.string } == ["***", "***"])
        #expect(!run.output.contains("foobar") && !run.output.contains("callback-secret"))
    }

    @Test func whoIsNotThereIsNamed() async throws {
        let run = try await adapters(daemon(), ["describe", "nobody"])
        #expect(run.code == 1 && run.output.contains("has no adapter nobody; expected one of: demo-sms, carrier, mail, pictures, quiet"))
    }

    /// PORT and CALLBACKS stand for the ports of Kannel and of the callbacks.
    static let trials: [([String], [String])] = [
        (
            ["carrier", "--to", "+491701234567", "--text", "Hi there"],
            [
                "GET http://127.0.0.1:PORT/cgi-bin/sendsms?username=tester&password=***&from=%2B15551230001&to=%2B491701234567&text=Hi%20there"
                    + "&dlr-mask=27&dlr-url=http%3A%2F%2F127.0.0.1%3ACALLBACKS%2Fadapters%2Fcarrier%2Freceipts%2F***%3Freference%3DDY"
            ]
        ),
        (
            ["carrier", "--to", "+491701234567", "--text", String(repeating: "one two three ", count: 150)],
            ["request 1 of 2", "request 2 of 2", "&text=%281%2F2%29%20one%20two", "&text=%282%2F2%29%20"]
        ),
        (
            ["pictures", "--to", "+491701234567", "--text", "It’s fine"],
            [
                "POST https://api.twilio.com/2010-04-01/Accounts/AC-of-tests/Messages.json\n", "\nAuthorization: Basic ***\n",
                "\nTo=%2B491701234567&From=%2B15551230002&Body=It%27s%20fine&StatusCallback=http%3A%2F%2F127.0.0.1%3ACALLBACKS%2Fadapters"
                    + "%2Fpictures%2Freceipts%3Freference%3DDY",
            ]
        ),
        (["pictures", "--to", "+491701234567", "--from", "+15561112222"], ["&From=%2B15561112222&Body=This%20is%20a%20test"]),
        (
            ["mail", "--to", "bob@customer.example", "--from", "support@in.example"],
            [
                "relay      127.0.0.1:RELAY, TLS none\nMAIL FROM  <support@in.example>\nRCPT TO    <bob@customer.example>\n",
                "\nTo: bob@customer.example\n", "\nSubject: Test of the adapter mail\n", "@in.example>\n",
            ]
        ),
    ]

    @Test(arguments: trials) func shownAndNotSent(arguments: [String], says: [String]) async throws {
        let daemon = daemon()
        let run = try await adapters(daemon, ["try"] + arguments)
        for text in says {
            let expected = text.replacing("PORT", with: "\(daemon.ports.kannel)").replacing("CALLBACKS", with: "\(daemon.ports.callbacks)")
                .replacing("RELAY", with: "\(daemon.ports.relay)")
            #expect(run.output.contains(expected), "\(expected)\n\(run.output)")
        }
        #expect(run.code == 0 && run.output.hasSuffix("nothing was sent; --live sends it\n"), "\(run.output)")
        #expect(!run.output.contains("foobar") && !run.output.contains("callback-secret") && !run.output.contains("secret-word"))
    }

    static let refusals: [([String], Int32, String)] = [
        (["nobody", "--to", "+491701234567"], 1, "has no adapter nobody"),
        (
            ["carrier", "--to", "+491701234567", "--from", "+15550100000"], 1,
            "--from +15550100000 is served by adapter demo-sms; expected an address of adapter carrier"
        ),
        (["carrier", "--to", "+491701234567", "--from", "+15559999999"], 1, "--from +15…99 is served by no adapter"),
        (["mail", "--to", "bob@customer.example"], 1, "adapter mail has nothing but patterns (*@in.example)"),
        (["carrier", "--to", "bob@customer.example"], 1, "--to is an address of email, and adapter carrier is of sms"),
        (["pictures", "--to", "12345"], 1, "it cannot be sent: the provider takes no recipient of this kind"),
        (["carrier", "--to", "+491701234567", "--text", ""], 1, "it cannot be sent: the message has no text"),
        (["carrier", "--to", "5551234567"], 64, "--to is not E.164"), (["carrier"], 64, "--to"),
        (["carrier", "--to", "+491701234567", "--from", "x@"], 64, "--from has no valid domain"),
        (["demo-sms", "--to", "+491701234567"], 0, "there is nothing to try: adapter demo-sms is a mock"),
        (["demo-sms", "--to", "+491701234567", "--live"], 1, "there is nothing to try"),
        // Nobody listens at the provider's, nor at the relay.
        (["carrier", "--to", "+491701234567", "--live"], 1, "outcome       temporary: it would be tried again"),
        (
            ["mail", "--to", "bob@customer.example", "--from", "a@in.example", "--live"], 1,
            "outcome       temporary: it would be tried again"
        ),
    ]

    @Test(arguments: refusals)
    func whatCannotBeTriedIsSaid(arguments: [String], code: Int32, says: String) async throws {
        let run = try await adapters(daemon(), ["try"] + arguments)
        #expect(run.code == code && run.output.contains(says), "\(run.output)")
        #expect(!run.output.contains("foobar") && !run.output.contains("callback-secret"))
    }

    /// Without a daemon: what Kannel is sent, and what it says of wrong credentials.
    @Test func sentOnceWithLive() async throws {
        let daemon = daemon()
        let kannel = KannelDouble(port: daemon.ports.kannel, reports: [])
        try await kannel.serving {
            try await eventually("the double listens") { FreePort.answers(daemon.ports.kannel) }
            let taken = try await adapters(daemon, ["try", "carrier", "--to", "+491701234567", "--text", "Grüße", "--live"])
            #expect(taken.code == 0 && taken.output == "outcome       accepted\nstatus        HTTP 202\n", "\(taken.output)")
            #expect(kannel.texts.map(\.text) == ["Grüße"] && kannel.texts.map(\.from) == ["+15551230001"])
            #expect(kannel.texts.allSatisfy { $0.reference.hasPrefix("DY") })

            daemon.folder.write("parley.yaml", daemon.folder.read("parley.yaml").replacing("foobar", with: "other-secret-word"))
            let refused = try await adapters(daemon, ["try", "carrier", "--to", "+491701234567", "--live"])
            #expect(refused.code == 1 && refused.output.contains("outcome       misconfigured: the adapter would be paused"))
            #expect(refused.output.contains("Authorization failed for sendsms") && refused.output.contains("status        HTTP 403"))
            #expect(!refused.output.contains("secret-word") && kannel.texts.count == 1, "\(refused.output)")
        }
    }

    @Test func aMailIsSentOnceWithLive() async throws {
        guard let smtpSink = Peers.smtpSink else { return }
        let daemon = daemon()
        let sink = try await MailSink(program: smtpSink, daemon)
        defer { sink.stop() }
        let run = try await adapters(
            daemon, ["try", "mail", "--to", "bob@customer.example", "--from", "support@in.example", "--text", "Are you there?", "--live"])
        #expect(run.code == 0 && run.output.hasPrefix("outcome       accepted\n"), "\(run.output)")
        let mail = ParsedMail(try #require(sink.mails.first))
        #expect(mail.text.hasPrefix("Are you there?") && mail.subject == "Test of the adapter mail")
        #expect(mail.from.map(\.address) == ["support@in.example"] && sink.mails.count == 1)
    }
}
