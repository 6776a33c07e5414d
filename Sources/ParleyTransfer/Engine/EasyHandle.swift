internal import CParleyCurl

/// One libcurl easy handle with the memory that must live as long as it does. Used by the event thread only.
final class EasyHandle {
    /// libcurl refused an option.
    struct Refusal: Error {
        let code: CURLcode
    }

    let pointer: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var recipients: UnsafeMutablePointer<curl_slist>?

    init() throws(Refusal) {
        guard let pointer = curl_easy_init() else { throw Refusal(code: CURLE_OUT_OF_MEMORY) }
        self.pointer = pointer
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try set(CURLOPT_ERRORBUFFER, errorBuffer)
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        curl_slist_free_all(recipients)
        errorBuffer.deallocate()
    }

    /// libcurl's own words on a failure. They name hosts and ports but neither queries nor bodies.
    var errorText: String {
        let bytes = UnsafeBufferPointer(start: errorBuffer, count: Int(CURL_ERROR_SIZE)).prefix { $0 != 0 }
        return String(decoding: bytes.map { $0 >= 0 && $0 < 0x20 ? 0x20 : UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func long(_ info: CURLINFO) -> Int {
        var value = 0
        _ = parley_get_long(pointer, info, &value)
        return value
    }

    func set(_ option: CURLoption, _ value: Int) throws(Refusal) { try check(parley_set_long(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: Bool) throws(Refusal) { try set(option, value ? 1 : 0) }
    func set(_ option: CURLoption, _ value: String) throws(Refusal) { try check(parley_set_string(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(Refusal) {
        try check(parley_set_pointer(pointer, option, value))
    }
    func set(_ option: CURLoption, _ value: @escaping parley_io) throws(Refusal) { try check(parley_set_io(pointer, option, value)) }
    func setOffset(_ option: CURLoption, _ value: Int) throws(Refusal) { try check(parley_set_offset(pointer, option, curl_off_t(value))) }

    func setHeaders(_ lines: [String]) throws(Refusal) {
        headers = try Self.list(lines)
        try check(parley_set_list(pointer, CURLOPT_HTTPHEADER, headers))
    }

    func setRecipients(_ addresses: [String]) throws(Refusal) {
        recipients = try Self.list(addresses)
        try check(parley_set_list(pointer, CURLOPT_MAIL_RCPT, recipients))
    }

    func check(_ code: CURLcode) throws(Refusal) {
        if code != CURLE_OK { throw Refusal(code: code) }
    }

    private static func list(_ lines: [String]) throws(Refusal) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw Refusal(code: CURLE_OUT_OF_MEMORY)
            }
            list = longer
        }
        return list
    }
}
