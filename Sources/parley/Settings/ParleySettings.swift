import Foundation
import ParleyBroker
import ParleyCore
import ParleySMS
import ParleyYAML

/// The whole configuration file, read and checked. Every problem in it is told at once.
struct ParleySettings {
    var file: String
    var server: ServerSettings
    var account: AccountSettings
    var storage: StorageSettings
    /// Folders with provider definitions, from the working directory.
    var definitions: [String]
    var limits: Limits
    var retry: RetryPolicy
    var adapters: [AdapterSettings]
    var routes: [AdapterRoute]
    var webhooks: WebhookSettings

    /// The places where a configuration is looked for, in order.
    static let places = ["config/parley.yaml", "/etc/parley/parley.yaml"]

    /// Finds the configuration file: the option, `$PARLEY_CONFIG`, then the usual places.
    static func path(option: String?) -> String? {
        if let option { return option }
        if let path = ProcessInfo.processInfo.environment["PARLEY_CONFIG"], !path.isEmpty { return path }
        return places.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Reads the configuration.
    ///
    /// - Throws: ``SettingsInvalid`` with every problem.
    static func load(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsInvalid) -> ParleySettings {
        guard let path = path(option: option) else {
            throw SettingsInvalid(problems: [
                SettingsProblem(
                    file: places[0], line: 1, path: "",
                    message: "there is no configuration file; name one with --config FILE or PARLEY_CONFIG")
            ])
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsInvalid(problems: [SettingsProblem(file: path, line: 1, path: "", message: "the file cannot be read")])
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw SettingsInvalid(problems: [SettingsProblem(file: path, line: 1, path: "", message: "the file is not UTF-8")])
        }
        return try read(text, file: path, environment: environment)
    }

    static func read(_ text: String, file: String, environment: [String: String]) throws(SettingsInvalid) -> ParleySettings {
        let problems = SettingsProblems()
        let reader: MappingReader
        do {
            reader = try SettingsDocument(text: text, file: file, environment: environment, problems: problems).mapping()
        } catch {
            throw SettingsInvalid(problems: [error.problem])
        }
        let server = ServerSettings(reading: reader.mapping("server"))
        let account = AccountSettings(reading: reader.mapping("account"), under: reader)
        let storage = StorageSettings(reading: reader.mapping("storage"))
        let definitions = reader.strings("definitions") ?? ["adapters"]
        var limits = Limits(reading: reader.mapping("limits"))
        limits.heldTime = reader.mapping("inbox")?.duration("keep_held") ?? limits.heldTime
        let retry = RetryPolicy(reading: reader.mapping("retry"))
        let providers = ProviderDefinition.readAll(folders: definitions, problems: problems)
        let adapters = reader.entries("adapters").compactMap { AdapterSettings(name: $0.key, node: $0.value, definitions: providers) }
        let webhooks = WebhookSettings(reading: reader.mapping("webhooks"))
        let routes = AdapterRoute.read(reader, among: adapters)
        reader.notSupportedYet("consent")
        reader.finish()
        AdapterSettings.refuseSharedAddresses(adapters, besides: routes)
        account.refuseDemoSecrets(listening: [server.listen, server.publicListen] + adapters.compactMap(\.listener))
        try problems.throwIfAny()
        return ParleySettings(
            file: file, server: server, account: account, storage: storage, definitions: definitions, limits: limits, retry: retry,
            adapters: adapters, routes: routes, webhooks: webhooks)
    }

    var directory: AdapterDirectory { AdapterDirectory(adapters.map(\.profile), routes: routes) }
}

extension Limits {
    /// Reads the `limits` section; every key has a default.
    init(reading reader: MappingReader?) {
        self.init()
        guard let reader else { return }
        participants = reader.int("participants", default: participants, in: 1...100_000)
        nonChatParticipants = reader.int("non_chat_participants", default: nonChatParticipants, in: 1...10_000)
        conversationsPerUser = reader.int("conversations_per_user", default: conversationsPerUser, in: 1...100_000)
        bodyBytes = reader.bytes("body", default: bodyBytes)
        conversationAttributesBytes = reader.bytes("conversation_attributes", default: conversationAttributesBytes)
        attributesBytes = reader.bytes("attributes", default: attributesBytes)
        mediaBytes = reader.bytes("media", default: mediaBytes)
    }
}

extension RetryPolicy {
    /// Reads the `retry` section; every key has a default.
    init(reading reader: MappingReader?) {
        self.init()
        guard let reader else { return }
        unknownGrace = reader.duration("unknown_grace", default: unknownGrace)
        parkingTime = reader.duration("parking_time", default: parkingTime)
        loopPause = reader.duration("loop_pause", default: loopPause)
    }
}
