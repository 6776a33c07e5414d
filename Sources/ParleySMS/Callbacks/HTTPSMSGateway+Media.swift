import Foundation
public import ParleyCore

extension HTTPSMSGateway: MediaSource {
    /// The most redirects that are followed for one medium.
    static let redirectsMax = 5

    /// Credentials go to URLs that start as `base_url` does, by scheme, host and port; a redirect elsewhere is asked without them.
    public func fetch(_ link: InboundLink, bytesMax: Int) async throws(MediaFetchFailure) -> InboundMedia? {
        var url = link.url
        // Where somebody else leads back to the provider, it is somebody else who asks.
        var isProviders = true
        for _ in 0...Self.redirectsMax {
            isProviders = isProviders && settings.isUnderBaseURL(url)
            let answer: OutboundAnswer
            do {
                let headers = [HeaderField("Accept", "*/*")] + (isProviders ? try credentialsOfMedia() : [])
                answer = try await exchange.send(
                    OutboundRequest(method: "GET", url: url, headers: headers, timeout: .seconds(60), answerBytesMax: bytesMax),
                    trust: isProviders ? .operatorChosen : .strangerChosen)
            } catch let failure as TransferFailure {
                throw MediaFetchFailure(isFinal: failure.isFinalForMedia, "\(failure.reason.rawValue)")
            } catch {
                throw MediaFetchFailure(isFinal: true, "the credentials cannot be put into a header")
            }
            switch answer.status {
            case 200...299: return medium(answer, link)
            case 301, 302, 303, 307, 308:
                guard let next = answer.header("Location").flatMap({ Self.resolve($0, from: url) }) else {
                    throw MediaFetchFailure(isFinal: true, "a redirect to nowhere")
                }
                url = next
            // The medium may not be there yet (404), or the provider is busy.
            case 404, 408, 409, 425, 429, 500...599: throw MediaFetchFailure(isFinal: false, "HTTP \(answer.status)")
            default: throw MediaFetchFailure(isFinal: true, "HTTP \(answer.status)")
            }
        }
        throw MediaFetchFailure(isFinal: true, "more than \(Self.redirectsMax) redirects")
    }

    private func medium(_ answer: OutboundAnswer, _ link: InboundLink) -> InboundMedia? {
        let generic: Set = ["", "application/octet-stream", "binary/octet-stream"]
        let types = [answer.header("Content-Type"), link.contentType].compactMap { $0?.prefix { $0 != ";" }.lowercased() }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        let type = types.first { !generic.contains($0) && Self.isMediaType($0) } ?? "application/octet-stream"
        if InboundLink.isLayout(contentType: type) { return nil }
        return InboundMedia(contentType: type, filename: link.filename.flatMap(Self.filename), content: answer.body)
    }

    /// Type and subtype in characters of RFC 6838 §4.2.
    private static func isMediaType(_ text: String) -> Bool {
        text.utf8.count <= 127 && text.wholeMatch(of: /[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*/) != nil
    }

    /// The last part of what the provider calls it, without control characters.
    private static func filename(_ text: String) -> String? {
        let last = text.split { $0 == "/" || $0 == "\\" }.last ?? ""
        let name = String(String.UnicodeScalarView(last.unicodeScalars.filter { $0.properties.generalCategory != .control }).prefix(255))
        return name.isEmpty || name == "." || name == ".." ? nil : name
    }

    /// RFC 3986 §5: a reference is resolved against the URL that answered.
    private static func resolve(_ location: String, from url: String) -> String? {
        guard let base = URL(string: url) else { return nil }
        return URL(string: location, relativeTo: base)?.absoluteString
    }

    /// What the definition says a request for a medium has; that of the first event that says so, for a provider has one account.
    private func credentialsOfMedia() throws(RenderProblem) -> [HeaderField] {
        let places = definition.callbacks?.mediaPlaces ?? []
        guard let place = places.first(where: { $0.authorization != nil || !$0.headers.isEmpty }) else { return [] }
        let nobody = SendValues.AddressSpellings(alike: "")
        let values = SendValues(text: "", from: nobody, to: nobody, reference: "", idempotencyKey: "", callbacks: callbacks)
        let renderer = RequestRenderer(values: values, settings: settings)
        var headers = try renderer.headers(place.headers)
        if let authorization = place.authorization, let header = try renderer.authorization(authorization) { headers.append(header) }
        return headers
    }
}

extension HTTPSMSSettings {
    /// True when a URL leads to the host that the operator named. Compared as text, up to the slash behind the port, so that no two readers of
    /// URLs can come to different hosts.
    func isUnderBaseURL(_ url: String) -> Bool {
        let parts = baseURL.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return false }
        return url.hasPrefix("\(parts[0])//\(parts[2])/")
    }
}

extension TransferFailure {
    /// True when another attempt would end the same.
    fileprivate var isFinalForMedia: Bool {
        switch reason {
        case .forbiddenAddress, .malformed, .tooLarge, .authentication: true
        case .unreachable, .unresolved, .tls, .timedOut, .broken, .cancelled: false
        }
    }
}
