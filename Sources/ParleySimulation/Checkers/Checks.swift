/// All checkers; each looks at one promise.
enum Checks {
    static func violations(_ evidence: Evidence) -> [Violation] {
        let all: [(Evidence) -> [Violation]] = [
            DurabilityCheck.violations, OneMessageCheck.violations, SettlementCheck.violations, StatusCheck.violations,
            OrderCheck.violations,
            DuplicateCheck.violations, FenceCheck.violations, AudienceCheck.violations, DiscretionCheck.violations,
        ]
        return all.flatMap { $0(evidence) }
    }
}
