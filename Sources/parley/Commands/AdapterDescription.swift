import ParleyBroker
import ParleyCore
import ParleyEmail
import ParleySMS

/// What an adapter does with what it is given, and what happens with what it cannot carry. No secret is in it.
struct AdapterDescription: Encodable {
    let entry: AdaptersCommand.Entry
    let facts: Facts

    init(_ adapter: AdapterSettings, in settings: ParleySettings) {
        entry = AdaptersCommand.Entry(adapter, in: settings)
        facts = Facts(adapter, settings.retry)
    }

    /// One object with what `list` tells and what only `describe` does.
    func encode(to encoder: any Encoder) throws {
        try entry.encode(to: encoder)
        try facts.encode(to: encoder)
    }

    struct Facts: Encodable {
        var providerTitle: String?
        var providerDocumentation: String?
        /// When the definition was last compared with the provider's page.
        var providerVerified: String?
        /// The forms of address that are taken; empty where the channel alone decides.
        var recipients: [String] = []
        var senders: [String] = []
        /// Nil where nothing limits a text.
        var text: TextFacts?
        var replacesTypography: Bool
        /// The most segments of one message by the settings; nil where these set none.
        var segmentsMax: Int?
        /// What becomes of a longer text: `split` or `link`; nil without such a limit.
        var beyondSegments: String?
        /// True when the provider fetches media from links, false when their bytes are sent.
        var mediaByLink: Bool
        var mediaLinkSeconds: Int
        /// Media that are carried and weigh more than this together make a message fail; nil when there is no such limit.
        var mediaBytesFailBeyond: Int?
        var laneOrder: String
        var loopGuard: LoopGuard?
        /// True when the provider drops the repeat of an attempt.
        var dropsRepeats: Bool
        var retries: Retries
        var consent: ConsentFacts
        var proofs: [Proof] = []
        var settings: [Setting] = []

        struct TextFacts: Encodable {
            var encodings: [String]
            var longest: Int?
            /// `characters` or `segments`.
            var longestUnit: String?
            /// Who cuts a text into short messages: `provider` or `gateway`.
            var splitting: String
            /// What becomes of a longer one: `numbered` messages, then `refused`; or `refused` at once; nil without a limit.
            var beyond: String?
            /// The most numbered messages of one text.
            var numberedMax: Int?
        }

        struct LoopGuard: Encodable {
            var count: Int
            var windowSeconds: Int
        }

        struct Retries: Encodable {
            /// The last one repeats until the validity ends.
            var delaysSeconds: [Int]
            var unknownGraceSeconds: Int
            /// Attempts with unknown answers one after the other, before a delivery is held.
            var unknownAttemptsMax: Int
        }

        struct ConsentFacts: Encodable {
            /// False when what people say is not looked at; the provider and the operator may stop messages all the same.
            var looksForWords: Bool
            var languages: [String]
            var stop: [String]
            var start: [String]
            var help: [String]
            /// The words that the gateway answers: `stop`, `start`, `help`.
            var confirmed: [String]
            /// What deliveries to somebody who was stopped fail with.
            var stopErrorCode: Int
        }

        struct Proof: Encodable {
            var method: String
            var key: String
            var isSignature: Bool
            var isTried: Bool
        }

        struct Setting: Encodable {
            var name: String
            var value: String
            var isSecret: Bool
            var isDefault: Bool
        }
    }
}

extension AdapterDescription.Facts {
    init(_ adapter: AdapterSettings, _ retry: RetryPolicy) {
        let profile = adapter.profile
        replacesTypography = profile.replacesTypography
        segmentsMax = profile.textBound?.segmentsMax
        beyondSegments = profile.textBound?.beyond.rawValue
        mediaByLink = profile.capabilities.mediaByLink
        mediaLinkSeconds = Self.seconds(MediaLinkSigner.life)
        laneOrder = profile.laneOrder == .strict ? "strict" : "first_attempts"
        loopGuard = profile.loopGuard.map { LoopGuard(count: $0.count, windowSeconds: Self.seconds($0.window)) }
        dropsRepeats = profile.capabilities.dropsRepeats
        let delays = profile.channel == .sms ? retry.smsDelays : retry.mailDelays
        retries = Retries(
            delaysSeconds: delays.map(Self.seconds), unknownGraceSeconds: Self.seconds(retry.unknownGrace),
            unknownAttemptsMax: retry.unknownAttemptsMax)
        consent = ConsentFacts(profile)
        switch adapter.kind {
        case .mock: break
        case .httpSMS(let sms):
            providerTitle = sms.definition.title
            providerDocumentation = sms.definition.documentation
            providerVerified = sms.definition.verified
            recipients = sms.definition.recipientForms
            senders = sms.definition.senderForms
            text = TextFacts(sms.definition)
            proofs = sms.proofs.map { Proof(method: $0.method, key: $0.key, isSignature: $0.isSignature, isTried: $0.isTried) }
            settings = sms.shown.map { Setting(name: $0.name, value: $0.value, isSecret: $0.isSecret, isDefault: $0.isDefault) }
        case .smtp(let mail):
            mediaBytesFailBeyond = SMTPGateway.attachmentBytesMaxDefault
            if let username = mail.relay.username {
                settings.append(Setting(name: "username", value: username, isSecret: false, isDefault: false))
            }
            if mail.relay.password != nil { settings.append(Setting(name: "password", value: "***", isSecret: true, isDefault: false)) }
        }
    }

    fileprivate static func seconds(_ duration: Duration) -> Int { Int(duration.wholeMilliseconds / 1000) }
}

extension AdapterDescription.Facts.TextFacts {
    fileprivate init(_ definition: ProviderDefinition) {
        encodings = definition.textEncodings
        splitting = definition.isCutHere ? "gateway" : "provider"
        if definition.isCutHere {
            longest = min(definition.longest?.count ?? SMSText.partsMax, SMSText.partsMax)
            longestUnit = TextLimit.Unit.segments.rawValue
            beyond = "refused"
        } else if let limit = definition.longest {
            longest = limit.count
            longestUnit = limit.unit.rawValue
            beyond = "numbered"
            numberedMax = SMSText.numberedMax
        }
    }
}

extension AdapterDescription.Facts.ConsentFacts {
    fileprivate init(_ profile: AdapterProfile) {
        let words = profile.consentWords
        looksForWords = words != nil
        languages = words?.languages ?? []
        stop = words?.texts(.stop) ?? []
        start = words?.texts(.start) ?? []
        help = words?.texts(.help) ?? []
        confirmed = ConsentWord.allCases.filter { profile.confirmations[$0] != nil }.map(\.rawValue)
        stopErrorCode = Diagnosis.optedOutCode
    }
}
