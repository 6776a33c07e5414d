import ParleyCore
import ParleySMS
import Testing

/// What callbacks of uncommon shapes mean.
@Suite struct InterpretationTests {
    private func facts(
        _ events: String, _ request: CallbackRequest, codes: String = "", isOneURL: Bool = false
    ) throws -> [CallbackFact] {
        let yaml = try Example.definition(events: events, isOneURL: isOneURL).replacing("send:\n", with: codes + "send:\n")
        let definition = try Example.read(yaml)
        return try definition.interpret(request, settings: Example.settings(definition), at: Instant(milliseconds: 0)).facts
    }

    private func form(_ body: String, path: CallbackRequest.Path = .inbound) -> CallbackRequest {
        Example.callback(body, path: path, type: "application/x-www-form-urlencoded")
    }

    private func message(_ events: String, _ request: CallbackRequest) throws -> InboundFact {
        let facts = try facts(events + Self.receipt, request)
        guard case .message(let fact) = facts.first else { throw Missing(found: "\(facts)") }
        return fact
    }

    private struct Missing: Error { let found: String }

    private static let receipt = "    - { kind: receipt, matches: { id: /id }, status: { at: /status, table: { OK: delivered } } }\n"
    private static let inbound = "    - { kind: inbound, from: from, to: to, text: text }\n"

    @Test func aListMayBeTheWholeBodyAndItsElementsOfDifferentKinds() throws {
        let events = """
                - { kind: inbound, each: "/*", where: { json: { /type: [in, "1"] } }, from: /from, to: /to, text: /text }
                - { kind: receipt, each: "/*", where: { json: { /type: { not: in } } }, matches: { id: /id }, status: { at: /type, table: { done: delivered } } }

            """
        let json =
            #"[{"type":"done","id":1},{"type":"in","from":"1","to":"2","text":"a"},{"type":"odd","id":"3"},{},{"type":1,"from":"5","to":"2","text":"b"}]"#
        let found = try facts(events, Example.callback(json), isOneURL: true).map { fact in
            switch fact {
            case .message(let fact): "message \(fact.text ?? "")"
            case .receipt(let fact): "receipt \(fact.carrierID ?? "") \(fact.status?.rawValue ?? "none")"
            case .consent, .notUnderstood: "neither"
            }
        }
        #expect(found == ["receipt 1 delivered", "message a", "receipt 3 none", "neither", "message b"])
        for empty in ["[]", "{}", "7"] {
            #expect(try facts(events, Example.callback(empty), isOneURL: true) == [.notUnderstood("there is no list at /*")])
        }
    }

    @Test func xmlReadsLikeJSON() throws {
        let events = """
                - { kind: inbound, when: { json: { /sms/@type: in } }, each: /sms/message, from: /from, to: "/to/#text", text: /text }

            """ + Self.receipt
        let xml =
            #"<?xml version="1.0"?><sms type="in"><message><from>1</from><to kind="x">2</to><text>a &lt;b&gt; <![CDATA[&c]]></text></message>REST</sms>"#
        func texts(_ xml: String) throws -> [String?] {
            try facts(events, Example.callback(xml, path: .inbound, type: "text/xml")).map {
                if case .message(let fact) = $0 { fact.text } else { nil }
            }
        }
        #expect(try texts(xml.replacing("REST", with: "")) == ["a <b> &c"])
        #expect(try texts(xml.replacing("REST", with: "<message><from>1</from><to kind='y'>2</to><text/></message>")) == ["a <b> &c", ""])
        for bad in [
            String(xml.dropLast(9)), "<!DOCTYPE sms [<!ENTITY a 'b'>]>" + xml.dropFirst(21), "\u{0}" + xml,
            String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
            "<sms " + (0..<2000).map { "a\($0)='1'" }.joined(separator: " ") + "/>",
        ] {
            #expect(
                try facts(events, Example.callback(bad, path: .inbound, type: "text/xml")) == [
                    .notUnderstood("the body is not XML without a document type")
                ])
        }
    }

    @Test(arguments: [
        ("utf8", "Gr%C3%BC%C3%9Fe", "Grüße"), ("utf16be", "%00G%04%1F", "GП"), ("latin1", "Gr%FC", "Grü"), ("windows1252", "%80", "€"),
        ("gsm7", "Gr%7E%1E%1Be%00", "Grüß€@"), ("utf16be_hex", "0047041F", "GП"), ("utf16be_hex", "00470 41f", "GП"),
        ("latin1_hex", "4772fc", "Grü"), ("utf8_base64", "R3LDvA%3D%3D", "Grü"), ("utf16be_percent", "%2500G%2504%251F", "GП"),
        ("latin1_percent", "a%2Bb%25FC", "a bü"),
    ])
    func encodings(encoding: String, written: String, expected: String) throws {
        let fact = try message(
            "    - { kind: inbound, from: from, to: to, text: { at: text, encoding: \(encoding) } }\n", form("from=1&to=2&text=\(written)"))
        #expect(fact.text == expected)
        #expect(fact.problems == [])
    }

    @Test(arguments: [
        ("utf8", "%FF"), ("utf16be", "%00A%00"), ("gsm7", "%80"), ("utf16be_hex", "0xyz"), ("utf8_base64", "R3L"), ("utf16be_hex", "004"),
    ])
    func whatIsNotInItsEncodingIsKeptAndTold(encoding: String, written: String) throws {
        let fact = try message(
            "    - { kind: inbound, from: from, to: to, text: { at: text, encoding: \(encoding) } }\n", form("from=1&to=2&text=\(written)"))
        #expect(fact.text?.isEmpty == false)
        #expect(fact.problems == ["the text is not valid \(encoding)"])
    }

    @Test(
        arguments: [
            ("\"%Y-%m-%d %H:%M:%S\"", "2026-11-22 10:00:00", 1_795_341_600), ("\"%Y%m%d%H%M%S\"", "20261122100000", 1_795_341_600),
            ("\"%y%m%d%H%M\"", "2611221000", 1_795_341_600), ("\"%Y-%m-%d %H:%M:%S %z\"", "2026-11-22 12:00:00 +0200", 1_795_341_600),
            ("\"%d %b %Y %H:%M\"", "22 Nov 2026 10:00", 1_795_341_600), ("rfc3339", "2026-11-22T10:00:00.000+0000", 1_795_341_600),
            ("rfc3339", "2026-11-22T12:00:00+02:00", 1_795_341_600), ("rfc3339", "2026-11-22T10:00:00", 1_795_341_600),
            ("rfc3339", "2026-11-22T10:00:00.000000", 1_795_341_600), ("rfc3339", "2026-11-22", nil),
            ("\"%Y-%m-%d\"", "2026-11-22 10:00", nil), ("unix", "1e9", nil),
            ("\"%Y-%m-%d\"", "", nil),
        ] as [(String, String, Int64?)])
    func times(format: String, written: String, expected: Int64?) throws {
        let fact = try message(
            "    - { kind: inbound, from: from, to: to, text: text, sent_at: { at: at, formats: [\(format), unix_ms] } }\n",
            form("from=1&to=2&text=x&at=\(written.replacing(" ", with: "%20").replacing("+", with: "%2B"))"))
        #expect(fact.sentAt == expected.map { Instant(seconds: $0) })
        #expect(fact.problems.isEmpty == (expected != nil || written.isEmpty))
    }

    @Test func mediaOfAForm() throws {
        let event = """
                - kind: inbound
                  from: from
                  to: { at: to, prefix: "whatsapp:" }
                  text: text
                  media: { count: n, url: "u{n}", content_type: "t{n}", filename: "f{n}", fetch: { bearer: "{{settings.token}}" } }

            """
        let both = try message(
            event,
            form(
                "from=1&to=whatsapp:%2B2&text=x&n=3&u0=https://a.example/0&t0=image/png&u1=https://a.example/1&f1=b.txt&u2=https://a.example/x.smil&u3=no"
            ))
        #expect(both.proxy == "+2")
        #expect(
            both.links == [
                InboundLink(url: "https://a.example/0", contentType: "image/png"),
                InboundLink(url: "https://a.example/1", filename: "b.txt"),
            ])
        // A medium needs no text, and no medium none either.
        let alone = try message(event, form("from=1&to=2&n=1&u0=https://a.example/0"))
        #expect(alone.text == nil && alone.links?.count == 1)
        #expect(try message(event, form("from=1&to=2&text=x&n=0")).links == nil)
        #expect(try facts(event + Self.receipt, form("from=1&to=2&n=99999999999")) == [.notUnderstood("`text` is missing")])
    }

    @Test func oneMediumOfAForm() throws {
        let event = "    - { kind: inbound, from: from, to: to, text: text, media: { url: image } }\n"
        #expect(
            try message(event, form("from=1&to=2&text=x&image=https://a.example/0&image0=no")).links
                == [InboundLink(url: "https://a.example/0")])
        #expect(try message(event, form("from=1&to=2&text=x")).links == nil)
    }

    @Test func mediaOfAList() throws {
        let event =
            "    - { kind: inbound, from: /from, to: /to, text: /parts/*/text, media: { each: /parts, url: /url, content_type: /type } }\n"
        let fact = try message(
            event,
            Example.callback(
                #"{"from":"1","to":"2","parts":[{"text":"a"},{"url":"https://a.example/1","type":"image/png"},{"text":"b"},{"url":"https://a.example/l","type":"application/smil"}]}"#,
                path: .inbound))
        #expect(fact.text == "a\nb")
        #expect(fact.links == [InboundLink(url: "https://a.example/1", contentType: "image/png")])
        let plain = "    - { kind: inbound, from: /from, to: /to, media: { each: /media } }\n"
        #expect(
            try message(plain, Example.callback(#"{"from":"1","to":"2","media":["https://a.example/1"]}"#, path: .inbound)).links
                == [InboundLink(url: "https://a.example/1")])
        #expect(
            try facts(plain + Self.receipt, Example.callback(#"{"from":"1","to":"2","media":[]}"#, path: .inbound)) == [
                .notUnderstood("there is no medium")
            ])
    }

    @Test(
        arguments: [
            ("ref=77&part=2&total=3", InboundPart(reference: "77", number: 2, total: 3)), ("ref=77&part=1&total=1", nil),
            ("ref=77&part=4&total=3", nil), ("part=1&total=2", nil), ("ref=77&part=0&total=3", nil), ("ref=77&part=x&total=3", nil),
        ] as [(String, InboundPart?)])
    func partsOfALongMessage(fields: String, expected: InboundPart?) throws {
        let event = "    - { kind: inbound, from: from, to: to, text: text, joined_by: { reference: ref, part: part, total: total } }\n"
        #expect(try message(event, form("from=1&to=2&text=x&\(fields)")).part == expected)
    }

    @Test func consent() throws {
        let event = """
                - { kind: opt_out, when: { parameter: { number: { exists: true } } }, from: { at: number, form: digits }, to: sender }
                - { kind: inbound, from: from, to: to, text: text, opt_out: { at: word, stop: [STOP, UNSUB], start: START, help: [HELP] } }

            """
        for (word, expected) in [
            ("STOP", ConsentWord.stop), ("UNSUB", .stop), ("START", .start), ("HELP", .help), ("stop", nil), ("", nil),
        ] {
            #expect(try message(event, form("from=1&to=2&text=x&word=\(word)")).consent == expected)
        }
        #expect(
            try facts(event + Self.receipt, form("number=15557770001&sender=12345"))
                == [.consent(ConsentFact(proxy: "12345", sender: "+15557770001", word: .stop))])
        #expect(try facts(event + Self.receipt, form("number=15557770001")) == [.notUnderstood("`sender` is missing")])
    }

    @Test func wordsOfReceipts() throws {
        let events =
            Self.inbound + """
                    - kind: receipt
                      matches: { reference: ref, id: id, recipient: to, compare: ignore_leading_zeros }
                      status: { at: s, table: { OK: delivered, WAIT: unchanged }, patterns: { "^E[0-9]+$": failed, "^I": unchanged } }
                      code: code
                      codes: { "7": 30003 }

                """
        func receipt(_ form: String) throws -> ReceiptFact {
            let all = try facts(events, self.form(form, path: .receipts), codes: "codes: { \"6\": opted_out, \"7\": 30007, \"*\": same }\n")
            guard case .receipt(var fact) = all.first else { throw Missing(found: "\(all)") }
            fact.raw = []
            return fact
        }
        func expected(_ word: String, _ status: Delivery.Status?, _ diagnosis: Diagnosis?) -> ReceiptFact {
            ReceiptFact(
                carrierID: "007", recipient: "15", comparison: .ignoreLeadingZeros, carrierStatus: word, status: status,
                diagnosis: diagnosis)
        }
        #expect(try receipt("id=007&to=15&s=OK") == expected("OK", .delivered, nil))
        #expect(try receipt("id=007&to=15&s=INFO") == expected("INFO", nil, nil))
        #expect(try receipt("id=007&to=15&s=E12&code=6") == expected("E12", .failed, Diagnosis(code: 21610, carrierCode: "6", text: "")))
        #expect(try receipt("id=007&to=15&s=E12&code=7") == expected("E12", .failed, Diagnosis(code: 30003, carrierCode: "7", text: "")))
        #expect(
            try receipt("id=007&to=15&s=E12&code=63018") == expected("E12", .failed, Diagnosis(code: 63018, carrierCode: "63018", text: ""))
        )
        #expect(try receipt("id=007&to=15&s=EX") == expected("EX", nil, Diagnosis(text: ProviderDefinition.unknownStatus)))
        #expect(try receipt("id=007&to=15&s=OK").carrierIDCandidates == ["007", "7", "07", "0007", "00007"])
    }
}
