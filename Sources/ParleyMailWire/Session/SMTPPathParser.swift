/// Reads `Reverse-path` and `Forward-path` of MAIL and RCPT strictly by RFC 5321 §4.1.2.
struct SMTPPathParser {
    enum Path: Equatable {
        case null
        case address(SMTPAddress)

        /// Nil for the null path.
        var address: SMTPAddress? {
            if case .address(let address) = self { address } else { nil }
        }
    }

    private var rest: ArraySlice<UInt8>

    /// Reads the path at the start of `bytes`. Returns nil on a syntax error, else the path and what follows it. A source route is
    /// read and ignored (RFC 5321 appendix F.2).
    static func parse(_ bytes: ArraySlice<UInt8>) -> (path: Path, rest: ArraySlice<UInt8>)? {
        var parser = SMTPPathParser(rest: bytes)
        guard let path = parser.path() else { return nil }
        // RFC 5321 §4.5.3.1.3: 256 bytes with punctuation.
        guard bytes.count - parser.rest.count <= 256 else { return nil }
        return (path, parser.rest)
    }

    private mutating func path() -> Path? {
        guard take(0x3C) else { return nil }
        if take(0x3E) { return .null }
        if rest.first == 0x40, !sourceRoute() { return nil }
        guard let local = localPart(), local.utf8.count <= 64 else { return nil }
        guard take(0x40) else {
            guard local.lowercased() == "postmaster", take(0x3E) else { return nil }
            return .address(SMTPAddress(localPart: local, domain: nil))
        }
        guard let domain = domain(), take(0x3E) else { return nil }
        return .address(SMTPAddress(localPart: local, domain: domain))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// `@one,@two:`
    private mutating func sourceRoute() -> Bool {
        repeat {
            guard take(0x40), domain() != nil else { return false }
        } while take(0x2C)
        return take(0x3A)
    }

    private mutating func localPart() -> String? {
        guard take(0x22) else {
            let bytes = rest.prefix { MailGrammar.isAtext($0) || $0 == 0x2E }
            guard MailGrammar.isDotString(bytes) else { return nil }
            rest = rest[bytes.endIndex...]
            return String(decoding: bytes, as: UTF8.self)
        }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case 0x22:
                return String(decoding: text, as: UTF8.self)
            case 0x5C:
                guard let escaped = rest.popFirst(), (0x20...0x7E).contains(escaped) else { return nil }
                text.append(escaped)
            case 0x20...0x7E:
                text.append(byte)
            default:
                return nil
            }
        }
        return nil
    }

    private mutating func domain() -> String? {
        let bytes: ArraySlice<UInt8>
        if rest.first == 0x5B {
            guard let end = rest.firstIndex(of: 0x5D) else { return nil }
            bytes = rest[rest.startIndex...end]
            guard MailGrammar.isAddressLiteral(bytes) else { return nil }
        } else {
            bytes = rest.prefix { MailGrammar.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }
            guard MailGrammar.isDomain(bytes) else { return nil }
        }
        rest = rest[bytes.endIndex...]
        return String(decoding: bytes, as: UTF8.self)
    }
}
