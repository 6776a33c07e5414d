import ParleyBroker
import ParleyCore
import ParleyYAML

/// The section `webhooks`; every key has a default.
struct WebhookSettings {
    /// True lets webhooks reach loopback and private networks, for installations whose receivers stand there.
    var allowPrivate = false
    var whenUnanswered = WebhookRules.WhenUnanswered.publish
    var timeout: Duration = .seconds(5)
    var giveUpAfter: Duration = .seconds(24 * 3600)
    var keepLog: Duration = .seconds(7 * 24 * 3600)

    init(reading reader: MappingReader?) {
        guard let reader else { return }
        allowPrivate = reader.bool("allow_private", default: allowPrivate)
        whenUnanswered = reader.choice("when_unanswered", default: whenUnanswered)
        timeout = reader.duration("timeout", default: timeout)
        if !(.seconds(1)...(.seconds(30))).contains(timeout) { reader.problem("expected a duration from 1s to 30s", at: "timeout") }
        giveUpAfter = reader.duration("give_up_after", default: giveUpAfter)
        keepLog = reader.duration("keep_log", default: keepLog)
    }

    func rules(_ account: AccountSettings) -> WebhookRules {
        var rules = WebhookRules(account: account.sid, authToken: account.authToken.value)
        rules.trust = allowPrivate ? .operatorChosen : .strangerChosen
        rules.whenUnanswered = whenUnanswered
        rules.timeout = timeout
        rules.retry.giveUpAfter = giveUpAfter
        rules.keepLog = keepLog
        return rules
    }
}
