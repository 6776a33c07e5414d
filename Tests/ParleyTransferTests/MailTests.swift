import ParleyCore
import ParleyTransfer
import Testing

@Suite struct MailTests {
    @Test func anAcceptedMailHasItsQueueID() async throws {
        let script = SMTPScript()
        let replies = try await withTransfer { try await $0.submit(.sample(), to: script.relay()) }
        #expect(replies == [RecipientReply(recipient: "b@y.test", code: 250, enhanced: "2.0.0", text: "Ok: queued as Q1", queueID: "Q1")])
        #expect(script.commands.all.prefix(5) == ["EHLO parley.test", "MAIL FROM:<a@x.test> SIZE=22", "RCPT TO:<b@y.test>", "DATA", "."])
        #expect(script.data.all == ["Subject: hi\r\n\r\nhello\r\n"])
    }

    @Test func anEmptySenderIsTheNullSender() async throws {
        let script = SMTPScript(ehlo: [])
        _ = try await withTransfer { try await $0.submit(.sample(sender: ""), to: script.relay()) }
        #expect(script.commands.all.contains("MAIL FROM:<>"))
    }

    @Test(arguments: [0, 1, 2])
    func aRefusedRecipientDoesNotKeepTheOthersFromTheMail(refused: Int) async throws {
        let recipients = ["b@y.test", "c@y.test", "d@y.test"]
        let script = SMTPScript(answers: ["RCPT TO:<\(recipients[refused])>": "550-5.1.1 no such\n550 5.1.1 user"])
        let replies = try await withTransfer { try await $0.submit(.sample(to: recipients), to: script.relay()) }
        for (index, reply) in replies.enumerated() {
            #expect(reply.recipient == recipients[index])
            #expect(reply.code == (index == refused ? 550 : 250))
            #expect(reply.enhanced == (index == refused ? "5.1.1" : "2.0.0"))
            #expect(reply.text == (index == refused ? "no such user" : "Ok: queued as Q1"))
            #expect(reply.queueID == (index == refused ? nil : "Q1"))
        }
        #expect(script.data.all.count == 1)
    }

    /// What the script answers, and the codes for two recipients.
    @Test(
        arguments: [
            (["RCPT": "550 5.1.1 no"], [550, 550]), (["RCPT": "450 4.2.0 greylisted"], [450, 450]),
            (["RCPT TO:<b": "550 5.1.1 no", "RCPT TO:<c": "451 4.3.0 later"], [550, 451]), (["MAIL": "553 5.7.1 not yours"], [553, 553]),
            (["MAIL": "452 4.3.1 full"], [452, 452]), (["DATA": "554 5.5.1 no valid recipients"], [554, 554]),
            ([".": "554 5.7.1 spam"], [554, 554]),
            ([".": "451 4.3.0 later"], [451, 451]), (["RCPT TO:<b": "550 5.1.1 no", ".": "451 4.3.0 later"], [550, 451]),
            (["RCPT TO:<c": "421 4.3.2 going down"], [421, 421]), (["MAIL": "421 4.3.2 going down"], [421, 421]),
            ([".": "421 4.3.2 going down"], [421, 421]), (["RCPT TO:<b": "550 5.1.1 no", "RCPT TO:<c": "421 4.3.2 bye"], [550, 421]),
            (["greeting": "554 5.3.2 no service"], [554, 554]), (["greeting": "421 4.3.2 busy"], [421, 421]),
            (["EHLO": "421 4.3.2 busy"], [421, 421]), (["EHLO": "502 what", "HELO": "550 5.7.1 go away"], [550, 550]),
        ])
    func aRefusalIsTheVerdictOnEveryRecipientItConcerns(answers: [String: String], codes: [Int]) async throws {
        let script = SMTPScript(answers: answers)
        let replies = try await withTransfer { try await $0.submit(.sample(to: ["b@y.test", "c@y.test"]), to: script.relay()) }
        #expect(replies.map(\.code) == codes)
        #expect(replies.map(\.recipient) == ["b@y.test", "c@y.test"])
    }

    @Test(
        arguments: [
            ".\r\n", ".a\r\n", "..\r\n", "a\r\n.\r\nb\r\n", "a\r\n..b\r\n", "a\r\n.\r\n.\r\n", String(repeating: ".\r\n", count: 20000),
            String(repeating: "a", count: 16383) + "\r\n.b\r\n",
        ])
    func dotsAreStuffed(content: String) async throws {
        let script = SMTPScript()
        _ = try await withTransfer { try await $0.submit(.sample(content), to: script.relay()) }
        let expected = content.split(separator: "\r\n").map { ($0.hasPrefix(".") ? "." : "") + $0 + "\r\n" }.joined()
        #expect(script.data.all == [expected])
        #expect(script.commands.all.filter { $0 == "." }.count == 1)
    }

    @Test func aMailWithoutContentOrLastLineEndIsEndedAllTheSame() async throws {
        let script = SMTPScript()
        try await withTransfer { transfer in
            for content in ["", "a"] {
                let replies = try await transfer.submit(.sample(content), to: script.relay())
                #expect(replies.map(\.code) == [250])
            }
        }
        #expect(script.data.all.map { $0.split(separator: "\r\n").joined() } == ["", "a"])
    }

    @Test func oneConnectionCarriesMailAfterMailAlsoAfterARefusal() async throws {
        let script = SMTPScript(answers: ["RCPT TO:<no@y.test>": "550 5.1.1 no"])
        try await withTransfer { transfer in
            for recipients in [["b@y.test"], ["no@y.test", "c@y.test"], ["d@y.test"]] {
                _ = try await transfer.submit(.sample(to: recipients), to: script.relay())
            }
        }
        #expect(script.connections.all.count == 1)
        #expect(script.data.all.count == 3)
    }

    @Test func aPooledConnectionThatTheRelayGaveUpIsReplaced() async throws {
        let script = SMTPScript(mailsPerConnection: 1)
        try await withTransfer { transfer in
            for _ in 0..<5 {
                let replies = try await transfer.submit(.sample(), to: script.relay())
                #expect(replies.map(\.code) == [250])
            }
        }
        #expect(script.data.all.count == 5)
    }

    @Test func fiftyMailsAtOnceGetTheirOwnVerdicts() async throws {
        let script = SMTPScript()
        try await withTransfer { transfer in
            try await withThrowingTaskGroup(of: (String, [RecipientReply]).self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let recipient = "r\(number)@y.test"
                        return (recipient, try await transfer.submit(.sample(to: [recipient]), to: script.relay()))
                    }
                }
                for try await (recipient, replies) in group {
                    #expect(replies.map(\.recipient) == [recipient])
                    #expect(replies.map(\.code) == [250])
                }
            }
        }
        #expect(script.data.all.count == 50)
    }

    /// `\0user\0secret`, in Base64.
    @Test func authPlainIsSentWithItsCommand() async throws {
        let script = SMTPScript(ehlo: ["AUTH PLAIN LOGIN"])
        let replies = try await withTransfer { try await $0.submit(.sample(), to: script.relay(username: "user", password: "secret")) }
        #expect(replies.map(\.code) == [250])
        #expect(script.commands.all.contains("AUTH PLAIN AHVzZXIAc2VjcmV0"))
    }

    @Test func authLoginServesWherePlainIsNotOffered() async throws {
        let script = SMTPScript(ehlo: ["AUTH LOGIN"], answers: ["AUTH LOGIN": "334 UGFzc3dvcmQ6", "c2VjcmV0": "235 2.7.0 welcome"])
        let replies = try await withTransfer { try await $0.submit(.sample(), to: script.relay(username: "user", password: "secret")) }
        #expect(replies.map(\.code) == [250])
        #expect(script.commands.all.contains("AUTH LOGIN dXNlcg=="))
    }
}
