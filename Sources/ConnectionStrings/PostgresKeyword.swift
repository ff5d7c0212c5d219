/// One keyword of libpq and its value.
package struct PostgresKeyword: Sendable, Hashable {
    package let name: String
    package let value: String

    /// Checks the value before libpq sees it, unless libpq never shows it: libpq's error messages quote what it cannot
    /// read.
    ///
    /// - Throws: ``UnusableConnectionString``.
    init(_ name: String, _ value: String) throws(UnusableConnectionString) {
        guard let kind = Self.kinds[name] else {
            throw .postgres("it has a keyword that libpq does not have; is a password without its quotes?")
        }
        guard !value.utf8.contains(0) else { throw .postgres("it has a NUL character") }
        guard kind.takes(value) else {
            // The name may be shown, since it is one of libpq's own.
            throw .postgres("its \(name) is \(kind.words)")
        }
        self.name = name
        self.value = value
    }

    /// The keywords of libpq, up to version 18.
    static var all: Set<String> { Set(kinds.keys) }

    private enum Kind {
        case secret
        case hosts
        case addresses
        case ports
        case database
        case user
        case words
        case path
        case number
        case oneOf([String])
        case free

        func takes(_ value: String) -> Bool {
            let list = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return switch self {
            case .secret: true
            case .hosts: list.allSatisfy { $0.isEmpty || PlainWords.isHost($0) }
            case .addresses: list.allSatisfy { $0.isEmpty || PlainWords.isAddress($0) }
            case .ports: list.allSatisfy { $0.isEmpty || PlainWords.isPort($0) }
            case .database: PlainWords.isDatabase(value)
            case .user: PlainWords.isUser(value)
            case .words: PlainWords.isWord(value)
            case .path: value.isEmpty || PlainWords.isPath(value)
            case .number: value.isEmpty || PlainWords.isWholeNumber(value)
            case .oneOf(let words): words.contains(value)
            case .free: PlainWords.hasNone(of: ";", in: value)
            }
        }

        var words: String {
            switch self {
            case .hosts: "no host's name or address; are a password's special characters as they must be?"
            case .addresses: "no numeric address"
            case .ports: "no port; are a password's special characters as they must be?"
            case .number: "no whole number"
            case .oneOf(let words): "none of \(words.joined(separator: ", "))"
            case .secret, .database, .user, .words, .path, .free:
                "not plain: it has ';', '=' or another character that looks like the rest of the string"
            }
        }
    }

    /// The versions of TLS that are allowed; older ones are broken.
    private static let modernTLS = ["TLSv1.2", "TLSv1.3"]

    private static let kinds: [String: Kind] = [
        "host": .hosts, "hostaddr": .addresses, "port": .ports, "dbname": .database, "user": .user,
        "password": .secret, "sslpassword": .secret,
        "sslmode": .oneOf(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
        "passfile": .path, "service": .path, "servicefile": .path, "sslcert": .path, "sslkey": .path,
        "sslrootcert": .path, "sslcrl": .path, "sslcrldir": .path, "sslkeylogfile": .path,
        "connect_timeout": .number, "keepalives": .number, "keepalives_idle": .number, "keepalives_interval": .number,
        "keepalives_count": .number, "tcp_user_timeout": .number,
        "application_name": .free, "fallback_application_name": .free, "options": .free,
        "channel_binding": .words, "client_encoding": .words, "gssdelegation": .words, "gssencmode": .words,
        "gsslib": .words, "krbsrvname": .words, "load_balance_hosts": .words, "max_protocol_version": .words,
        "min_protocol_version": .words, "replication": .words, "require_auth": .words, "requirepeer": .words,
        "requiressl": .words, "ssl_max_protocol_version": .oneOf(modernTLS),
        "ssl_min_protocol_version": .oneOf(modernTLS),
        "sslcertmode": .words, "sslcompression": .words, "sslnegotiation": .words, "sslsni": .words,
        "target_session_attrs": .words,
    ]
}
