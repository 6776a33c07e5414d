import Foundation
import HTTPTypes
import ParleyCore
import Testing

/// What is answered is what the document says, nulls included.
@Suite struct DocumentAnswerTests {
    /// On the default service's paths, and on those that name it.
    @Test(arguments: [false, true])
    func answersAreAsDeclared(namesService: Bool) async throws {
        let installation = try await Installation()
        let template = namesService ? "/v1/Services/{ChatServiceSid}" : "/v1"
        let prefix = namesService ? "/v1/Services/\(installation.service)" : "/v1"
        let problems = try await installation.api { caller in
            let check = try await AnswerCheck(document: Specification(caller.get("/v1/openapi.json").body))
            var problems: [String] = []
            func ask(_ method: HTTPRequest.Method, _ path: String, _ declared: String, _ status: Int, _ form: String = "") async throws
                -> Reply
            {
                let body = method == .post ? Array(form.utf8) : nil
                let reply = try await caller.send(method, prefix + path, [.contentType: "application/x-www-form-urlencoded"], body)
                #expect(reply.status == status, "\(method) \(path): \(reply.text)")
                problems += check.problems(method.rawValue, template + declared, reply)
                return reply
            }
            let all = "/Conversations"
            let one = "/Conversations/{Sid}"
            _ = try await ask(.post, all, all, 201)
            let form = "FriendlyName=f&UniqueName=u&Timers.Inactive=PT1M&Timers.Closed=PT10M&Bindings.Email.Name=n"
            let sid = try #require(await ask(.post, all, all, 201, form).string("sid"))
            _ = try await ask(.get, all + "?PageSize=1", all, 200)
            _ = try await ask(.get, all + "/u", one, 200)
            _ = try await ask(.post, all + "/u", one, 200, "Attributes={}")
            _ = try await ask(.get, all + "/nobody", one, 404)
            _ = try await ask(.post, all, all, 400, "Attributes={")
            _ = try await ask(.post, all, all, 409, "UniqueName=u")

            let people = "/Conversations/{ConversationSid}/Participants"
            let person = people + "/{Sid}"
            _ = try await ask(.post, "\(all)/u/Participants", people, 201, "Identity=alice")
            _ = try await ask(
                .post, "\(all)/u/Participants", people, 201,
                "MessagingBinding.Address=%2B15550001111&MessagingBinding.ProxyAddress=%2B15550100000")
            _ = try await ask(.get, "\(all)/u/Participants", people, 200)
            _ = try await ask(.get, "\(all)/u/Participants/alice", person, 200)

            let messages = "/Conversations/{ConversationSid}/Messages"
            let message = messages + "/{Sid}"
            let upload = try await caller.send(
                .post, "/v1/Services/\(installation.service)/Media?Filename=a.png", [.contentType: "image/png"], [1, 2, 3])
            problems += check.problems("POST", "/v1/Services/{ChatServiceSid}/Media", upload)
            let medium = try #require(upload.string("sid"))
            let said = try #require(
                await ask(.post, "\(all)/u/Messages", messages, 201, "Author=alice&Body=hi&MediaSid=\(medium)").string("sid"))
            _ = try await ask(.post, "\(all)/u/Participants/alice", person, 200, "LastReadMessageIndex=0")
            let record = try await caller.get("/v1/Services/\(installation.service)/Media/\(medium)")
            problems += check.problems("GET", "/v1/Services/{ChatServiceSid}/Media/{Sid}", record)
            let receipts = "\(all)/u/Messages/\(said)/Receipts"
            let declared = "/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts"
            // Before the first attempt, and after it.
            _ = try await ask(.get, receipts, declared, 200)
            try await installation.dispatch { _ in .accepted([]) }
            let list = try await ask(.get, receipts, declared, 200).list("delivery_receipts")
            let receipt = try #require(list.first?["sid"] as? String)
            _ = try await ask(.get, "\(receipts)/\(receipt)", declared + "/{Sid}", 200)
            _ = try await ask(.post, "\(all)/u/Messages/\(said)", message, 200, "Body=ho")
            _ = try await ask(.get, "\(all)/u/Messages/\(said)", message, 200)
            _ = try await ask(.get, "\(all)/u/Messages", messages, 200)
            _ = try await ask(.delete, "\(all)/u/Messages/\(said)", message, 204)
            _ = try await ask(.delete, "\(all)/u/Participants/alice", person, 204)
            _ = try await ask(.delete, "\(all)/\(sid)", one, 204)
            return problems
        }
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }
}
