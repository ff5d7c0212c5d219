/// The parameters of a URI, after its `?`: libpq's keywords, and those of Prisma, which libpq would refuse.
struct PostgresURIParameters {
    /// The parameters that are for libpq.
    let keywords: [PostgresKeyword]

    /// Parameters about Prisma's own pool and statements, which mean nothing to this program.
    private static let ofPrismaAlone: Set = [
        "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout", "statement_cache_size", "sslidentity",
        "single_use_connections", "max_connection_lifetime", "max_idle_connection_lifetime",
    ]

    init(_ bytes: ArraySlice<UInt8>) throws(UnusableConnectionString) {
        var pairs: [(name: String, value: String)] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw .postgres("a parameter behind its '?' is not NAME=VALUE; a '?' in a password is %3F")
            }
            pairs.append((try PostgresAddress.decoded(parts[0]), try PostgresAddress.decoded(parts[1])))
        }
        let names = Set(pairs.map(\.name))
        let isPrismas = !names.isDisjoint(with: Self.ofPrismaAlone.union(["schema", "sslaccept"]))
        var keywords: [PostgresKeyword] = []
        for (name, value) in pairs {
            switch name {
            case "schema": try Self.expectPublic(value)
            case "sslaccept": try Self.expectNoCheck(value)
            // For Prisma this is the authority's certificate; for libpq it is the client's own, which needs a key.
            case "sslcert" where isPrismas && !names.contains("sslkey"): continue
            case "ssl" where value == "true": keywords.append(try PostgresKeyword("sslmode", "require"))
            case _ where Self.ofPrismaAlone.contains(name): continue
            case _ where PostgresKeyword.all.contains(name): keywords.append(try PostgresKeyword(name, value))
            default:
                throw .postgres(
                    "a parameter behind its '?' is neither libpq's nor one of Prisma's; a '?' or '&' in a password is %3F "
                        + "or %26")
            }
        }
        self.keywords = keywords
    }

    /// Accepts `schema=public` alone. Another one would need a search path, and that is a setting of the session, which
    /// a pooler would keep.
    private static func expectPublic(_ schema: String) throws(UnusableConnectionString) {
        if schema == "public" || schema.isEmpty { return }
        throw UnusableConnectionString(
            "the PostgreSQL connection string names a schema other than public, which is a setting of the session, and the "
                + "program makes none: give it to the role once, by ALTER ROLE ROLE IN DATABASE DATABASE SET search_path = "
                + "SCHEMA, and leave the parameter schema out")
    }

    private static func expectNoCheck(_ accept: String) throws(UnusableConnectionString) {
        if accept == "accept_invalid_certs" { return }
        throw UnusableConnectionString(
            "the PostgreSQL connection string has Prisma's parameter sslaccept, by which certificates are to be checked: say "
                + "sslmode=verify-full&sslrootcert=FILE in its place")
    }
}
