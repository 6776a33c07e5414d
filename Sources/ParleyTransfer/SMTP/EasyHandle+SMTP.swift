internal import CParleyCurl
internal import ParleyCore

/// A mail submission as libcurl options.
extension EasyHandle {
    func set(_ mail: OutboundMail, relay: Relay, fresh: Bool, state: RunningTransfer) throws(Refusal) {
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "smtp,smtps")
        try set(CURLOPT_URL, relay.url)
        try set(CURLOPT_FRESH_CONNECT, fresh)
        let milliseconds = mail.timeout.curlMilliseconds
        try set(CURLOPT_TIMEOUT_MS, milliseconds)
        // libcurl would give up on a single reply after two minutes, less than RFC 5321 §4.5.3.2.6 grants to the one that ends the data.
        try set(CURLOPT_SERVER_RESPONSE_TIMEOUT, milliseconds / 1000 + 1)
        try setSecurity(relay)

        if let username = relay.username {
            try set(CURLOPT_USERNAME, username)
            try set(CURLOPT_PASSWORD, relay.password ?? "")
            try set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
            try set(CURLOPT_SASL_IR, true)
        }

        try set(CURLOPT_MAIL_FROM, mail.sender)
        try setRecipients(mail.recipients)
        // Otherwise one refused recipient ends the mail for all.
        try set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, true)
        try set(CURLOPT_UPLOAD, true)
        try setOffset(CURLOPT_INFILESIZE_LARGE, mail.content.count)
        try setContentReader(state)
    }

    private func setSecurity(_ relay: Relay) throws(Refusal) {
        if let authorities = relay.authorities { try set(CURLOPT_CAINFO, authorities) }
        switch relay.security {
        case .none: try set(CURLOPT_USE_SSL, Int(CURLUSESSL_NONE.rawValue))
        case .required, .implicit: try set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        case .opportunistic:
            try set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
            // Who would go on without TLS gains nothing by refusing a certificate (RFC 7435 §1.2), unless it was said whom to trust.
            if relay.authorities == nil {
                try set(CURLOPT_SSL_VERIFYPEER, false)
                try set(CURLOPT_SSL_VERIFYHOST, 0)
            }
        }
    }
}
