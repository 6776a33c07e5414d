import Foundation
import HTTPTypes
import ParleyBroker
import ParleyCore
import Testing

/// Credentials with push networks, and bindings of devices.
@Suite struct PushTests {
    @Test func lifeOfACredential() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let created = try await caller.post(
                "/v1/Credentials",
                [
                    "Type": "aPn", "FriendlyName": "phones", "Certificate": "hush-certificate", "PrivateKey": "hush-key", "Sandbox": "TRUE",
                    "ApiKey": "hush-api", "Secret": "hush-secret",
                ])
            #expect(created.status == 201)
            let sid = try #require(created.string("sid"))
            #expect(
                Set(created.json.keys) == [
                    "sid", "account_sid", "friendly_name", "type", "sandbox", "date_created", "date_updated", "url",
                ])
            #expect(created.string("type") == "apn" && created.string("sandbox") == "True")
            #expect(created.string("url") == "\(Installation.apiURL)/v1/Credentials/\(sid)")
            #expect(try await caller.get("/v1/Credentials/\(sid)").body == created.body)
            let updated = try await caller.post("/v1/Credentials/\(sid)", ["FriendlyName": "tablets", "Sandbox": "false"])
            #expect(updated.status == 200 && updated.string("friendly_name") == "tablets" && updated.string("sandbox") == "False")
            let listed = try await caller.get("/v1/Credentials")
            #expect(listed.strings("credentials", "sid") == [sid])
            for reply in [created, updated, listed] { #expect(!reply.text.contains("hush")) }
            try await caller.post("/v1/Credentials/\(sid)", ["Secret": String(repeating: "hush", count: 5000)]).expectError(
                400, 20001, "Secret")
            #expect(!installation.log.text.contains("hush"))
            #expect(try await caller.delete("/v1/Credentials/\(sid)").status == 204)
            try await caller.get("/v1/Credentials/\(sid)").expectError(404, 20404)
            try await caller.post("/v1/Credentials/\(sid)").expectError(404, 20404)
            try await caller.delete("/v1/Credentials/\(sid)").expectError(404, 20404)
            try await caller.get("/v1/Services/\(installation.service)/Credentials").expectError(404, 20404)
        }
    }

    @Test(arguments: [
        ("", "Missing required parameter Type"), ("Type=", "Missing required parameter Type"), ("Type=wns", "Type"),
        ("Type=fcm&Sandbox=maybe", "Sandbox"), ("Type=fcm&FriendlyName=" + String(repeating: "x", count: 65), "FriendlyName"),
        ("Type=apn&Certificate=" + String(repeating: "x", count: 20_000), "Certificate"), ("Type=apn&Type=gcm", "Type"),
    ])
    func badCredentials(_ body: String, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            try await caller.post("/v1/Credentials", text: body).expectError(400, 20001, fragment)
            #expect(try await caller.get("/v1/Credentials").list("credentials").isEmpty)
        }
    }

    @Test(arguments: ["apn", "GcM", "FcM"])
    func theTypeAloneIsEnough(_ type: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let created = try await caller.post("/v1/Credentials", ["Type": type])
            #expect(created.status == 201 && created.string("type") == type.lowercased())
            #expect(created.isNull("friendly_name") && created.string("sandbox") == "False")
        }
    }

    @Test func lifeOfABinding() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let credential = try #require(try await caller.post("/v1/Credentials", ["Type": "gcm"]).string("sid"))
            let path = "/v1/Services/\(installation.service)/Bindings"
            let body = "Identity=TestUser&BindingType=GCM&Endpoint=device&CredentialSid=\(credential)"
            let created = try await caller.post(
                path, text: body + "&MessageTypes=removed_from_conversation&MessageTypes=new_message")
            #expect(created.status == 201)
            let sid = try #require(created.string("sid"))
            #expect(
                Set(created.json.keys) == [
                    "sid", "account_sid", "chat_service_sid", "date_created", "date_updated", "endpoint", "identity", "binding_type",
                    "credential_sid", "message_types", "url",
                ])
            #expect(created.json["message_types"] as? [String] == ["removed_from_conversation", "new_message"])
            #expect(created.string("binding_type") == "gcm" && created.string("credential_sid") == credential)
            #expect(created.string("url") == "\(Installation.apiURL)\(path)/\(sid)")
            #expect(try await caller.get("\(path)/\(sid)").body == created.body)
            let again = try await caller.post(path, text: body)
            #expect(again.string("sid") == sid && (again.json["message_types"] as? [String])?.count == 3)
            #expect(try await caller.get(path).strings("bindings", "sid") == [sid])
            let other = try await caller.service()
            try await caller.get("/v1/Services/\(other)/Bindings/\(sid)").expectError(404, 20404)
            try await caller.delete("/v1/Services/\(other)/Bindings/\(sid)").expectError(404, 20404)
            try await caller.get("/v1/Bindings").expectError(404, 20404)
            #expect(try await caller.delete("\(path)/\(sid)").status == 204)
            try await caller.get("\(path)/\(sid)").expectError(404, 20404)
        }
    }

    @Test func bindingsAreFilteredAndPaged() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let credential = try #require(try await caller.post("/v1/Credentials", ["Type": "apn"]).string("sid"))
            let path = "/v1/Services/\(installation.service)/Bindings"
            for identity in ["a", "b&c", "d"] {
                for type in ["apn", "fcm"] {
                    _ = try await caller.post(
                        path, ["Identity": identity, "BindingType": type, "Endpoint": "e", "CredentialSid": credential])
                }
            }
            func list(_ query: String) async throws -> [String] {
                var seen: [String] = []
                var url: String? = "\(path)?PageSize=2&\(query)"
                while let next = url {
                    let reply = try await caller.get(next)
                    #expect(reply.status == 200)
                    seen += reply.list("bindings").map { "\($0["identity"] ?? "") \($0["binding_type"] ?? "")" }
                    url = reply.string("meta", "next_page_url")
                }
                return seen
            }
            #expect(try await list("") == ["a apn", "a fcm", "b&c apn", "b&c fcm", "d apn", "d fcm"])
            #expect(try await list("BindingType=FCM") == ["a fcm", "b&c fcm", "d fcm"])
            #expect(try await list("Identity=d&Identity=b%26c") == ["b&c apn", "b&c fcm", "d apn", "d fcm"])
            #expect(try await list("Identity=b%26c&Identity=a&BindingType=apn") == ["a apn", "b&c apn"])
            #expect(try await list("BindingType=apn&BindingType=fcm").count == 6)
            try await caller.get("\(path)?BindingType=x").expectError(400, 20001, "BindingType")
            try await caller.get("\(path)?\(String(repeating: "Identity=x&", count: 26))").expectError(400, 20001, "Identity")
        }
    }

    @Test(arguments: [
        ("Identity", "Missing required parameter Identity"), ("BindingType", "Missing required parameter BindingType"),
        ("Endpoint", "Missing required parameter Endpoint"), ("CredentialSid", "Missing required parameter CredentialSid"),
        ("CredentialSid=CRffffffffffffffffffffffffffffffff", "CredentialSid"), ("CredentialSid=x", "CredentialSid"),
        ("MessageTypes=typing", "MessageTypes"), ("BindingType=sms", "BindingType"),
        ("Identity=" + String(repeating: "x", count: 257), "Identity"), ("Endpoint=" + String(repeating: "x", count: 4097), "Endpoint"),
    ])
    func badBindings(_ change: String, _ fragment: String) async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let credential = try #require(try await caller.post("/v1/Credentials", ["Type": "apn"]).string("sid"))
            let parts = change.split(separator: "=")
            var form = ["Identity": "a", "BindingType": "apn", "Endpoint": "e", "CredentialSid": credential]
            form[String(parts[0])] = parts.count > 1 ? String(parts[1]) : nil
            let path = "/v1/Services/\(installation.service)/Bindings"
            let body = form.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            try await caller.post(path, text: body).expectError(400, 20001, fragment)
            #expect(try await caller.get(path).list("bindings").isEmpty)
        }
    }

    @Test func theGatewaysOwnConnectionsNeedNoCredential() async throws {
        let installation = try await Installation()
        try await installation.api { caller in
            let reply = try await caller.post(
                "/v1/Services/\(installation.service)/Bindings", ["Identity": "a", "BindingType": "twilsock", "Endpoint": "e"])
            #expect(reply.status == 201 && reply.isNull("credential_sid"))
        }
    }
}
