import TestPlatform
import TestServers
import Testing

/// What the SQL role of `ops/deploy/postgres/role.sql` may do.
@Suite(.postgres) struct RoleTests {
    @Test func itReadsTheColumnsThatTheProgramReadsAndNoOther() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let role = try await platform.addReadingRole()
            let doctor = try await program("doctor", "--postgres", platform.connectionString(of: role))
            #expect(doctor.status == 0, "\(doctor.output)")

            let granted = try await platform.sql(
                """
                SELECT table_name || '.' || column_name FROM information_schema.column_privileges
                WHERE grantee = '\(role)' AND privilege_type = 'SELECT'
                """)
            let needed = try ["schema-check", "evidence-columns"].flatMap { name in
                try Deployment.text("Sources/PostgresSource/Queries/Catalogue/\(name).sql")
                    .matches(of: /\('([a-z_]+)', '([a-z_]+)'\)/).map { "\($0.output.1).\($0.output.2)" }
            }
            #expect(Set(granted.split(separator: "\n").map(String.init)) == Set(needed))
            #expect(needed.count > 10)
        }
    }

    @Test func itIsRefusedAllElse() async throws {
        try await withPlatform { platform, _ in
            let role = try await platform.addReadingRole()
            try await platform.sql("INSERT INTO events (id) VALUES ('gala')")
            for statement in [
                "UPDATE ticket_categories SET quantity_sold = 0", "DELETE FROM orders", "TRUNCATE tickets",
                "INSERT INTO events (id) VALUES ('x')", "SELECT response_payload FROM api_idempotency",
                "SELECT * FROM tickets",
                "SELECT id FROM events FOR UPDATE", "CREATE TABLE mine (id int)", "COPY orders TO PROGRAM 'cat'",
                "SELECT pg_read_file('postgresql.conf')", "SET ROLE postgres", "ALTER ROLE current_user SUPERUSER",
                "CREATE SCHEMA mine", "CREATE DATABASE mine", "CREATE ROLE mine", "BEGIN; LOCK TABLE orders",
                "SELECT lo_export(1, '/tmp/x')", "SELECT pg_reload_conf()",
                "ALTER ROLE current_user CONNECTION LIMIT 1000", "ALTER ROLE current_user BYPASSRLS",
                "SELECT rolpassword FROM pg_authid",
            ] {
                let error = await #expect(throws: TestServerError.self) {
                    try await platform.postgres.psql(
                        database: platform.database, user: role,
                        sql: "SET default_transaction_read_only = off; \(statement)")
                }
                #expect(
                    "\(error, default: "")".contains(
                        /permission denied|must be (superuser|owner)|must have CREATEROLE/), "\(statement)")
            }
            #expect(try await platform.sql("SELECT id FROM events") == "gala")
        }
    }

    @Test func itsSessionsOnlyRead() async throws {
        try await withPlatform { platform, _ in
            let setting = try await platform.postgres.psql(
                database: platform.database, user: try await platform.addReadingRole(),
                sql: "SHOW default_transaction_read_only")
            #expect(setting == "on")
        }
    }

    @Test func aSecondRunOfTheFileChangesNothing() async throws {
        try await withPlatform { platform, _ in
            _ = try await platform.addReadingRole()
            let privileges = """
                SELECT attrelid::regclass, attname, attacl FROM pg_attribute WHERE attacl IS NOT NULL
                ORDER BY attrelid::regclass::text, attname
                """
            let before = try await platform.sql(privileges)
            _ = try await platform.addReadingRole()
            #expect(try await platform.sql(privileges) == before)
            #expect(before.split(separator: "\n").count > 10)
        }
    }
}
