/// A form of connection string that other programs use. It is recognised so that people can be told how to write
/// theirs.
package enum ForeignForm: Sendable, Hashable {
    case quoted
    case keyVaultReference
    case placeholder
    case jdbc
    /// SQLAlchemy's: `postgresql+asyncpg://`.
    case schemeWithDriver
    case prismaProxy
    /// Parts separated by `;`, as for ADO.NET and Npgsql.
    case ado
    /// `host:port,password=…`, as for StackExchange.Redis and in Azure's portal.
    case stackExchange
    case addressOfRedis
    case addressOfPostgres

    /// Recognises a text that was given for PostgreSQL; `nil` where it has none of these forms.
    package init?(ofPostgres text: String) {
        let lower = text.lowercased()
        if let wrapping = Self.wrapping(lower) {
            self = wrapping
        } else if lower.hasPrefix("jdbc:") {
            self = .jdbc
        } else if let scheme = Self.scheme(lower) {
            switch scheme {
            case "redis", "rediss", "unix", "redis+unix": self = .addressOfRedis
            case let scheme where scheme.hasPrefix("prisma"): self = .prismaProxy
            case let scheme where scheme.contains("+"): self = .schemeWithDriver
            default: return nil
            }
        } else if Self.isADO(lower) {
            self = .ado
        } else {
            return nil
        }
    }

    /// Recognises a text that was given for Redis; `nil` where it has none of these forms.
    package init?(ofRedis text: String) {
        let lower = text.lowercased()
        if let wrapping = Self.wrapping(lower) {
            self = wrapping
        } else if let scheme = Self.scheme(lower) {
            guard scheme.hasPrefix("postgres") else { return nil }
            self = .addressOfPostgres
        } else {
            let parts = lower.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count > 1, parts.dropFirst().contains(where: { $0.contains("=") }) else { return nil }
            self = .stackExchange
        }
    }

    package static let postgresForms =
        "give it as postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=require, special characters of the password "
        + "percent-encoded (/ is %2F, # %23, @ %40, % %25, a blank %20), or as host=HOST port=5432 dbname=DATABASE user=USER "
        + #"password='PASSWORD' sslmode=require, with a backslash before each ' and \ of the password"#

    package static let redisForms =
        "give it as redis://USER:PASSWORD@HOST:6379/DATABASE, rediss://:PASSWORD@HOST:6380 for TLS, special characters of the "
        + "password percent-encoded, or as unix:///PATH?db=N; or leave the password out and set REDIS_PASSWORD"

    /// Describes the form, as the end of a sentence about the text.
    package var words: String {
        switch self {
        case .quoted: "it stands in quotation marks: leave them out"
        case .keyVaultReference:
            "it is a reference to a key vault that nobody has resolved: let the platform put the secret's value in its place"
        case .placeholder: "it is a placeholder that nobody has filled in"
        case .jdbc: "it is a JDBC address"
        case .schemeWithDriver: "its scheme names a driver, as SQLAlchemy's do"
        case .prismaProxy: "it is an address of Prisma's own proxy: the database's own is needed"
        case .ado: "it has ';' between its parts, as ADO.NET and Npgsql have them"
        case .stackExchange: "it has ',' between its parts, as StackExchange.Redis and Azure's portal have them"
        case .addressOfRedis: "it is an address of Redis"
        case .addressOfPostgres: "it is an address of PostgreSQL"
        }
    }

    private static func wrapping(_ text: String) -> ForeignForm? {
        let bytes = Array(text.utf8)
        if bytes.count > 1, let first = bytes.first, first == bytes.last, #""'`"#.utf8.contains(first) {
            return .quoted
        }
        if text.hasPrefix("@microsoft.keyvault(") { return .keyVaultReference }
        let marks = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("%", "%"), ("<", ">")]
        let isPlaceholder = marks.contains { text.hasPrefix($0) && text.hasSuffix($1) && bytes.count > 1 }
        return isPlaceholder ? .placeholder : nil
    }

    /// Returns the text before `://`, where that can be a scheme.
    static func scheme(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            bytes[colon...].starts(with: Array("://".utf8))
        else { return nil }
        let scheme = bytes[..<colon]
        let isScheme = scheme.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
        return isScheme ? String(decoding: scheme, as: UTF8.self) : nil
    }

    /// Whether every part between `;` has a name that ADO.NET's strings have, and libpq could not use the text.
    private static func isADO(_ text: String) -> Bool {
        let names = text.split(separator: ";").filter { !$0.allSatisfy(\.isWhitespace) }.map { part -> String? in
            guard let equals = part.firstIndex(of: "=") else { return nil }
            return part[..<equals].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        guard !names.isEmpty, names.allSatisfy({ $0.map(adoNames.contains) ?? false }) else { return false }
        return names.count > 1 || text.contains(";") || names[0].map { !PostgresKeyword.all.contains($0) } ?? false
    }

    private static let adoNames: Set = [
        "host", "server", "data source", "address", "addr", "network address", "port", "database", "db",
        "initial catalog", "username", "user name", "user id", "userid", "uid", "user", "password", "pwd", "psw",
        "passfile", "ssl mode", "sslmode", "ssl", "trust server certificate", "trustservercertificate", "encrypt",
        "integrated security", "persist security info", "pooling", "minimum pool size", "maximum pool size",
        "min pool size", "max pool size", "timeout", "connection timeout", "connect timeout", "command timeout",
        "commandtimeout", "internal command timeout", "keepalive", "tcp keepalive", "search path", "searchpath",
        "application name", "applicationname", "client encoding", "encoding", "timezone", "enlist",
        "ef template database",
        "include error detail", "include error details", "log parameters", "no reset on close",
        "multiplexing", "max auto prepare", "auto prepare min usages", "load balance hosts",
        "target session attributes",
        "root certificate", "ssl certificate", "ssl key", "ssl password", "check certificate revocation",
        "channel binding", "connection idle lifetime", "connection lifetime", "read buffer size", "write buffer size",
        "server compatibility mode", "provider", "driver", "options", "kerberos service name", "include realm",
        "array nullability mode", "cancellation timeout", "convert infinity datetime", "protocol", "integratedsecurity",
    ]
}

func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}
