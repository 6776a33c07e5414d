/// What an answer with certain marks means. The first rule that matches decides; the common table comes after the last.
struct ResultRule: Sendable {
    var condition: AnswerCondition
    var outcome: Word
    /// Where the carrier's ids are, for `accepted`.
    var ids: Extraction?
    /// Where the carrier's own error code is.
    var code: Extraction?
    /// Where the carrier's words are.
    var text: Extraction?
    /// Where the time to wait is, for `temporary` and `throttled`.
    var after: Extraction?
    var afterUnit: WaitUnit
    let line: Int

    enum Word: String, Sendable, CaseIterable {
        case accepted
        case temporary
        case throttled
        case permanent
        case optedOut = "opted_out"
        case misconfigured
        case unknown
    }

    enum WaitUnit: String, Sendable, CaseIterable {
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "min"
    }
}

/// Marks of an answer; all that are given must hold.
struct AnswerCondition: Sendable {
    var statuses: [ClosedRange<Int>]?
    var headers: [(name: String, test: ValueTest)]
    var json: [(pointer: JSONPointer, test: ValueTest)]
    var body: Pattern?

    /// True when everything that meets the other condition meets this one too. It errs on the side of false.
    func covers(_ other: AnswerCondition) -> Bool {
        if let statuses {
            guard let theirs = other.statuses else { return false }
            guard
                theirs.allSatisfy({ range in statuses.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound } })
            else { return false }
        }
        if let body, other.body != body { return false }
        for (name, test) in headers {
            guard other.headers.contains(where: { $0.name.lowercased() == name.lowercased() && test.covers($0.test) }) else { return false }
        }
        for (pointer, test) in json {
            guard other.json.contains(where: { $0.pointer == pointer && test.covers($0.test) }) else { return false }
        }
        return true
    }
}

/// What a value is compared with.
enum ValueTest: Sendable, Hashable {
    /// Equal to one of these.
    case oneOf([String])
    case matches(Pattern)
    /// There is a value, and it is none of these.
    case noneOf([String])
    /// There is a value, or there is none.
    case exists(Bool)

    /// True when one of the values found at a place passes. A value that is no text (a list, an object, null) is nil.
    func holds(_ values: [String?]) -> Bool {
        if case .exists(let isThere) = self { return values.isEmpty != isThere }
        return values.contains { $0.map(holds) ?? false }
    }

    private func holds(_ text: String) -> Bool {
        switch self {
        case .oneOf(let texts): texts.contains(text)
        case .matches(let pattern): pattern.matches(text)
        case .noneOf(let texts): !texts.contains(text)
        case .exists(let isThere): isThere
        }
    }

    /// True when every value that passes the other test passes this one too. It errs on the side of false.
    func covers(_ other: ValueTest) -> Bool {
        switch (self, other) {
        case (.exists(true), .exists(let isThere)): isThere
        case (.exists(true), _): true
        case (.oneOf(let ours), .oneOf(let theirs)): theirs.allSatisfy(ours.contains)
        case (.matches(let pattern), .oneOf(let texts)): texts.allSatisfy(pattern.matches)
        case (.noneOf(let texts), .oneOf(let theirs)): !theirs.contains(where: texts.contains)
        case (.noneOf(let ours), .noneOf(let theirs)): ours.allSatisfy(theirs.contains)
        default: self == other
        }
    }
}

/// Where in an answer a value is.
enum Extraction: Sendable, Hashable {
    case pointer(JSONPointer)
    case body(Pattern)
    /// A header, and what of it; nil for all.
    case header(String, Pattern?)
}
