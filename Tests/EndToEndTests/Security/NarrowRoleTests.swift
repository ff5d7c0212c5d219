import TestPlatform
import TestServers
import Testing

/// What the SQL role can do besides reading, and what `ops/deploy/postgres/narrow.sql` takes from it. The server is this
/// suite's own, since the file changes what every role of it may do.
@Suite(.postgres) struct NarrowRoleTests {
    /// What PUBLIC gives, and the file takes; each tried with the role's limits lifted.
    private static let taken = [
        "CREATE TEMPORARY TABLE mine (id int)", "SELECT lo_create(0)", "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')", "SELECT pg_logical_emit_message(false, 'a', 'b')",
        "SELECT pg_logical_emit_message(false, 'a', 'b'::bytea)", "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock_shared(1, 2)", "SELECT pg_advisory_xact_lock(1)",
    ]
    /// What PostgreSQL gives to no role without rights of its own.
    private static let never = [
        "SELECT pg_create_restore_point('a')", "SELECT pg_create_physical_replication_slot('a')",
        "SELECT pg_create_logical_replication_slot('a', 'pgoutput')", "SELECT pg_switch_wal()",
        "SELECT lo_import('/etc/passwd')", "SELECT pg_read_file('PG_VERSION')", "SELECT pg_ls_dir('.')",
        "SET temp_file_limit = -1", "ALTER ROLE current_user SET temp_file_limit = -1",
        "CREATE SCHEMA mine", "CREATE PUBLICATION mine", "SELECT pg_reload_conf()", "SELECT pg_stat_reset()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    ]
    /// What no file takes. Where one of these is refused one day, `ops/security.md` and the README say too much.
    private static let left = [
        "SET statement_timeout = 0", "ALTER ROLE current_user SET statement_timeout = 0",
        "ALTER ROLE current_user RESET statement_timeout", "SELECT pg_sleep(0)", "NOTIFY a",
        "SELECT pg_notify('a', 'b')",
        "SELECT pg_export_snapshot()", "SELECT pg_current_xact_id()", "DO 'BEGIN END'",
        "SELECT relname FROM pg_class", "SELECT prosrc FROM pg_proc WHERE prolang = 14",
        "SELECT datname FROM pg_database",
    ]

    @Test("Before the file it can do all of this, after it only what no file takes; other roles keep what they had")
    func takesWhatPublicGives() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let role = try await platform.addReadingRole()
            try await platform.sql("CREATE ROLE app LOGIN")
            for statement in Self.taken + Self.left {
                #expect(try await refusal(of: statement, to: role, platform) == nil, "\(statement)")
            }
            #expect(try await refusal(of: "SELECT 1", to: role, platform, database: "postgres") == nil)

            let narrow = "\\set role \(role)\n" + (try Deployment.text("ops/deploy/postgres/narrow.sql"))
            try await platform.sql(narrow)
            for statement in Self.taken {
                let answer = try await refusal(of: statement, to: role, platform)
                #expect(answer?.contains("permission denied") == true, "\(statement)")
                #expect(try await refusal(of: statement, to: "app", platform) == nil, "\(statement)")
            }
            for statement in Self.left {
                #expect(try await refusal(of: statement, to: role, platform) == nil, "\(statement)")
            }
            for statement in Self.never {
                #expect(try await refusal(of: statement, to: role, platform) != nil, "\(statement)")
            }
            // The role cannot lift this limit, and has it from the start of each session.
            _ = try await refusal(of: "ALTER ROLE current_user RESET ALL", to: role, platform)
            let limit = try await platform.postgres.psql(
                database: platform.database, user: role, sql: "SHOW temp_file_limit")
            #expect(limit.contains("10GB"))
            for database in ["postgres", "template1"] {
                let answer = try await refusal(of: "SELECT 1", to: role, platform, database: database)
                #expect(answer?.contains("permission denied for database") == true)
                #expect(try await refusal(of: "SELECT 1", to: "app", platform, database: database) == nil)
            }

            let run = try await program.run(
                ["check", "--deep", "--postgres", platform.connectionString(of: role)], environment: [:])
            #expect(run.status == 0, "\(run.message)")
            #expect(try await program("doctor", "--postgres", platform.connectionString(of: role)).status == 0)

            // A second run changes nothing, also for a role that was made since.
            try await platform.sql("CREATE ROLE later LOGIN")
            let privileges = """
                SELECT datname || coalesce(datacl::text, '') FROM pg_database UNION ALL
                SELECT oid::regprocedure || proacl::text FROM pg_proc WHERE proacl IS NOT NULL ORDER BY 1
                """
            let before = try await platform.sql(privileges)
            try await platform.sql(narrow)
            #expect(try await platform.sql(privileges) == before)
        }
    }

    /// - Returns: the server's words; `nil` where it did what was asked.
    private func refusal(
        of statement: String, to role: String, _ platform: Platform, database: String? = nil
    ) async throws -> String? {
        do {
            try await platform.postgres.psql(
                database: database ?? platform.database, user: role,
                sql: "SET default_transaction_read_only = off; \(statement)")
            return nil
        } catch TestServerError.toolFailed(_, _, let message) {
            return message
        }
    }
}
