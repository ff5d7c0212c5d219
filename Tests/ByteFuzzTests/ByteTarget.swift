/// One reader of bytes that a stranger sends, and what must be true whatever they are: it answers or refuses, within its
/// bounds, and repeats no secret. What is wrong is thrown; what crashes ends the process.
enum ByteTarget: String, CaseIterable {
    case redisReplies = "redis-replies"
    case copyRows = "copy-rows"
    case holdTexts = "hold-texts"
    case connectionStrings = "connection-strings"
    case configFile = "config-file"
    case http

    /// What a reader made of its bytes that it must not.
    struct Wrong: Error {
        let what: String

        init(_ what: String) {
            self.what = what
        }
    }

    func run(_ bytes: [UInt8]) throws(Wrong) {
        switch self {
        case .redisReplies: try Self.readReplies(bytes)
        case .copyRows: try Self.readRows(bytes)
        case .holdTexts: try Self.readHoldTexts(bytes)
        case .connectionStrings: try Self.readConnectionStrings(bytes)
        case .configFile: try Self.readConfigFile(bytes)
        case .http: try Self.readHTTP(bytes)
        }
    }

    /// What stands for a secret wherever the bytes have a 1: no error may repeat it.
    private static let secret = Array("hunter2+Secret".utf8)

    /// - Returns: the text that the bytes are.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { $0 == 1 ? secret : [$0] }, as: UTF8.self)
    }

    static func expectNoSecret(in words: String) throws(Wrong) {
        if words.contains("hunter2+Secret") { throw Wrong("an error repeats what may be a secret") }
    }
}

/// Takes bytes from the front of others.
struct ByteSource {
    private(set) var left: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        left = bytes[...]
    }

    mutating func byte() -> UInt8 { left.popFirst() ?? 0 }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { left = left.dropFirst(count) }
        return left.prefix(count)
    }
}
