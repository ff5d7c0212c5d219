import ConnectionStrings
import Testing

@Suite("a connection string of PostgreSQL")
struct PostgresAddressTests {
    private func read(_ text: String) throws -> [String: String] {
        try PostgresAddress(text).keywords.reduce(into: [:]) { $0[$1.name] = $1.value }
    }

    @Test(
        "is read as libpq reads it",
        arguments: [
            ("", [:]), ("  \n", [:]), ("host=h\n", ["host": "h"]),
            ("host=h port = 5433 dbname='my db'", ["host": "h", "port": "5433", "dbname": "my db"]),
            (#"user=u password='it\'s a \\ back'"#, ["user": "u", "password": #"it's a \ back"#]),
            (#"password=a\ b\'c"#, ["password": "a b'c"]), ("password=a;b", ["password": "a;b"]),
            ("password='a;port=1'", ["password": "a;port=1"]), ("password=", ["password": ""]),
            ("host=/run/postgresql user=me@server", ["host": "/run/postgresql", "user": "me@server"]),
            ("host=a,b port=1,2", ["host": "a,b", "port": "1,2"]), ("host=::1", ["host": "::1"]),
            ("host=h options='-c search_path=x'", ["host": "h", "options": "-c search_path=x"]),
            ("postgresql://", [:]), ("postgresql://h", ["host": "h"]), ("POSTGRES://h", ["host": "h"]),
            (
                "postgresql://u:p%40%2F%23%25@h:5433/db?sslmode=require&application_name=x",
                [
                    "user": "u", "password": "p@/#%", "host": "h", "port": "5433", "dbname": "db", "sslmode": "require",
                    "application_name": "x",
                ]
            ),
            ("postgres://u:a:b?c#d@h/db", ["user": "u", "password": "a:b?c#d", "host": "h", "dbname": "db"]),
            ("postgresql://u@/db?host=/run/pg", ["user": "u", "dbname": "db", "host": "/run/pg"]),
            ("postgresql://%2Frun%2Fpg/db", ["host": "/run/pg", "dbname": "db"]),
            ("postgresql://a:1,b,[::1]:3/db", ["host": "a,b,::1", "port": "1,,3", "dbname": "db"]),
            ("postgresql://h/db?user=u&password=p%26q", ["host": "h", "dbname": "db", "user": "u", "password": "p&q"]),
            ("postgresql://h/db?ssl=true&", ["host": "h", "dbname": "db", "sslmode": "require"]),
        ] as [(String, [String: String])])
    func isRead(_ text: String, _ keywords: [String: String]) throws {
        #expect(try read(text) == keywords)
    }

    @Test(
        "has Prisma's parameters left out, which libpq would refuse",
        arguments: [
            ("schema=public&connection_limit=5&pgbouncer=true&pool_timeout=0", [:]),
            ("socket_timeout=3&statement_cache_size=0&sslidentity=c.p12&sslaccept=accept_invalid_certs", [:]),
            ("sslmode=require&sslcert=ca.pem&schema=public", ["sslmode": "require"]),
            ("sslcert=c.pem&sslkey=k.pem&pgbouncer=true", ["sslcert": "c.pem", "sslkey": "k.pem"]),
            ("sslcert=c.pem", ["sslcert": "c.pem"]), ("connect_timeout=3&schema=", ["connect_timeout": "3"]),
        ] as [(String, [String: String])])
    func leavesOut(_ parameters: String, _ keywords: [String: String]) throws {
        #expect(try read("postgresql://h/db?" + parameters) == keywords.merging(["host": "h", "dbname": "db"]) { $1 })
    }

    @Test("names a schema that only the role can have, and how it gets it")
    func namesSchema() {
        let error = #expect(throws: UnusableConnectionString.self) {
            try PostgresAddress("postgres://h/d?schema=Secret")
        }
        #expect(error?.description.contains("ALTER ROLE ROLE IN DATABASE DATABASE SET search_path") == true)
        #expect(error?.description.contains("Secret") == false)
    }

    @Test(
        "of another program is recognised, and told how to be written",
        arguments: [
            ("Host=h;Username=u;Password=Secret", "ADO.NET"), ("host=h;password=Secret;", "ADO.NET"),
            ("Server = h ; User  Id = u ; Ssl Mode = Require", "ADO.NET"), ("Data Source=Secret", "ADO.NET"),
            ("jdbc:postgresql://h/d?password=Secret", "JDBC"), ("JDBC:postgresql:Secret", "JDBC"),
            ("postgresql+psycopg://u:Secret@h/d", "SQLAlchemy"),
            ("prisma+postgres://h/?api_key=Secret", "Prisma's own"),
            ("redis://:Secret@h", "an address of Redis"), ("'postgres://u:Secret@h/d'", "quotation marks"),
            ("\"host=h password=Secret\"", "quotation marks"), ("@Microsoft.KeyVault(Secret)", "key vault"),
            ("${Secret}", "placeholder"), ("$(Secret)", "placeholder"), ("{{ Secret }}", "placeholder"),
            ("mysql://u:Secret@h/d", "neither postgresql nor postgres"),
        ])
    func isRecognised(_ text: String, _ words: String) {
        let error = #expect(throws: UnusableConnectionString.self) { try PostgresAddress(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "-")")
        #expect(error?.description.contains("postgresql://USER:PASSWORD@HOST:5432/DATABASE") == true)
        #expect(error?.description.contains("Secret") == false)
    }

    @Test("is refused where a value is none that can be meant, in the keyword's name alone")
    func isRefused() {
        for text in [
            "host=a;b", "host=a=b", "host='a b'", "host=a@b", "host=a/b", "hostaddr=name", "port=0", "port=70000",
            "port=x", "dbname=a;b", "dbname=a@b", "user=a;b", "user=a:b", "sslmode=no", "connect_timeout=x",
            "sslrootcert=a;b", "service=a;b", "target_session_attrs='a b'", "application_name=a;b", "hots=h", "host",
            "host=h password", "password='x", "password=x;port=1", "password=x,ssl=1", "=x", "host=h =x",
            "postgres://h:x", "postgres://[::1", "postgres://a b", "postgres://h/%zz", "postgres://h/%0",
            "postgres://h/%00",
            "postgres://u:p@x@h/d", "postgres://u:p/x@h/d", "postgres://h/d@x", "postgres://h/d?x",
            "postgres://h/d?x=1",
            "postgres://h/d?sslmode=x", "postgres://h/d?a=b=c", "postgres://h/d?sslaccept=strict", "postgres://h#x",
            "postgres://%ff/d", "postgres:h", "tickets", "{\"host\": 1}", "host=h\u{0}", "postgres://h\u{7F}",
        ] {
            let error = #expect(throws: UnusableConnectionString.self, "\(text)") { try PostgresAddress(text) }
            #expect(error?.description.contains("postgresql://") == true || text.contains("sslaccept"), "\(text)")
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test("is named by place, database and role")
    func isNamed() throws {
        #expect(
            try PostgresAddress("postgresql://me:Secret@h:1/d?sslpassword=Other").target
                == "at h:1, database d, role me")
        #expect(try PostgresAddress("").target == "at (default host)")
        #expect(try PostgresAddress("postgresql://me:Secret@h:1/d?sslpassword=Other").secrets == ["Secret", "Other"])
    }

    @Test("asks for no TLS older than 1.2", arguments: ["min", "max"])
    func asksForNoOldTLS(_ end: String) throws {
        for version in ["TLSv1", "TLSv1.1", "SSLv3", ""] {
            let error = #expect(throws: UnusableConnectionString.self) {
                try PostgresAddress("host=h ssl_\(end)_protocol_version='\(version)'")
            }
            #expect(error?.description.contains("none of TLSv1.2, TLSv1.3") == true)
        }
        let address = try PostgresAddress("host=h ssl_\(end)_protocol_version=TLSv1.3")
        #expect(address["ssl_\(end)_protocol_version"] == "TLSv1.3")
    }
}
