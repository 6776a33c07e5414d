internal import CParleyCurl
internal import ParleyCore

/// Why a transfer ended without an answer, in the terms of the ports.
extension Observation {
    /// - Parameters:
    ///   - code: libcurl's result.
    ///   - subject: what was sent where, for the log.
    func failure(_ code: CURLcode, mayHaveLeft: Bool, subject: String) -> TransferFailure {
        let reason = reason(code)
        let own = errorText.isEmpty || reason == .malformed ? String(cString: curl_easy_strerror(code)) : errorText
        return TransferFailure(reason, mayHaveLeft: mayHaveLeft, detail: "\(subject): \(detail(reason) ?? own)")
    }

    func cancellation(mayHaveLeft: Bool, subject: String) -> TransferFailure {
        TransferFailure(.cancelled, mayHaveLeft: mayHaveLeft, detail: "\(subject): cancelled")
    }

    private func reason(_ code: CURLcode) -> TransferFailure.Reason {
        if overflowed { return .tooLarge }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unresolved
        case CURLE_COULDNT_CONNECT: return addressesRefused > 0 && addressesTried == 0 ? .forbiddenAddress : .unreachable
        case CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY: return .unreachable
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT: return .malformed
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_SHUTDOWN_FAILED,
            CURLE_USE_SSL_FAILED:
            return .tls
        case CURLE_LOGIN_DENIED: return .authentication
        default: return .broken
        }
    }

    private func detail(_ reason: TransferFailure.Reason) -> String? {
        if repeatRefused { return "a pooled connection broke after the request was written, and the method must not be repeated" }
        return switch reason {
        case .tooLarge: "the answer is longer than allowed"
        case .forbiddenAddress: "the host's address is not on the public Internet"
        default: nil
        }
    }
}
