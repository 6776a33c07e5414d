import ParleyCore

/// Who asks: what a request's credentials have proved.
enum Principal: Sendable, Hashable {
    /// Nobody proved anything: health, and what strangers reach. No other route is answered.
    case stranger
    /// The account itself, which may do everything.
    case account
    /// An API key, which may do what its scopes name.
    case key(SID, scopes: Set<APIConfiguration.Scope>)
    /// A chat user, who may do what the rules of conversations allow.
    case token(AccessToken)
}

/// Why a request's credentials do not open the API.
struct AuthenticationFailure: Error, Hashable {
    let refusal: Refusal
    /// True when what was shown proves nothing, so that it may be one guess of many. A token of ours that has expired is none, and neither
    /// is a request without credentials.
    let isGuess: Bool

    static func guess(_ refusal: Refusal) -> AuthenticationFailure { AuthenticationFailure(refusal: refusal, isGuess: true) }

    /// What was shown is authentic, and may still not be used.
    static func proven(_ refusal: Refusal) -> AuthenticationFailure { AuthenticationFailure(refusal: refusal, isGuess: false) }

    /// Nothing was shown.
    static let nothing = AuthenticationFailure(refusal: .unauthenticated, isGuess: false)
}
