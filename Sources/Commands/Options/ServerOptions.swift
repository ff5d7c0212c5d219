import ArgumentParser
import ConnectionStrings
import HoldModel
import PostgresSource
import RedisStore

/// The options about the two servers, the same for every command.
struct ServerOptions: ParsableArguments {
    @Option(help: "PostgreSQL, in libpq's syntax (POSTGRES_CONNECTION_STRING, DATABASE_URL).")
    var postgres: String?

    @Option(help: "Seconds until PostgreSQL ends a statement.")
    var statementTimeout: Int = 60

    @Option(help: "Redis: redis://, rediss:// or unix:// (REDIS_URL; or REDIS_HOST, REDIS_PORT, …).")
    var redis: String?

    @Option(help: "PEM file of the authorities that Redis' certificate is checked against (REDIS_TLS_CA_FILE).")
    var redisCaFile: String?

    @Option(help: "Seconds without an answer until Redis is given up.")
    var redisTimeout: Int64 = 30

    @Option(help: "What every key of the deployment begins with, such as 'eventix:dev:' (REDIS_KEY_PREFIX).")
    var keyPrefix: String?

    @Option(help: "Seconds that a run's right to write outlives it, where it could not give it back.")
    var leaseSeconds: Int = 30

    func validate() throws {
        guard (1...3600).contains(leaseSeconds) else { throw ValidationError("--lease-seconds is 1 to 3600") }
        guard (1...86_400).contains(statementTimeout) else {
            throw ValidationError("--statement-timeout is 1 to 86400")
        }
        guard (1...3600).contains(redisTimeout) else { throw ValidationError("--redis-timeout is 1 to 3600") }
    }

    func postgresSettings(_ environment: Environment = .current) throws -> PostgresSettings {
        guard let (string, place) = try given(postgres, "--postgres", Self.postgresVariables, environment) else {
            throw Self.nothingGiven(
                Self.postgresVariables, environment,
                "PostgreSQL is not given: use --postgres, POSTGRES_CONNECTION_STRING or DATABASE_URL")
        }
        // Checked before libpq sees it, since libpq repeats what it cannot read.
        do {
            _ = try PostgresAddress(string)
        } catch {
            throw ValidationError("\(place): \(error)")
        }
        for (variable, keyword) in Self.libpqVariables {
            guard let value = environment[variable], !PostgresAddress.isPlain(value, as: keyword) else { continue }
            throw ValidationError("\(variable), which libpq goes by, is no \(keyword) (its text is not repeated here)")
        }
        return PostgresSettings(connectionString: string, statementTimeout: statementTimeout)
    }

    func redisSettings(_ environment: Environment = .current) throws -> RedisSettings {
        var settings = try redisAddress(environment)
        settings.username = settings.username ?? environment["REDIS_USERNAME"]
        settings.password = settings.password ?? environment["REDIS_PASSWORD"]
        settings.commandTimeout = redisTimeout
        if let file = redisCaFile ?? environment["REDIS_TLS_CA_FILE"], settings.tls != nil {
            settings.tls?.caFile = file
        }
        return settings
    }

    func keySpace(_ environment: Environment = .current) -> KeySpace {
        KeySpace(prefix: keyPrefix(environment))
    }

    func keyPrefix(_ environment: Environment = .current) -> String {
        keyPrefix ?? environment["REDIS_KEY_PREFIX"] ?? ""
    }

    private static let postgresVariables = ["POSTGRES_CONNECTION_STRING", "DATABASE_URL"]
    private static let libpqVariables = [
        ("PGHOST", "host"), ("PGHOSTADDR", "hostaddr"), ("PGPORT", "port"), ("PGDATABASE", "dbname"),
        ("PGUSER", "user"), ("PGSSLMODE", "sslmode"), ("PGSERVICE", "service"),
    ]

    /// Returns the first text that is given, and where.
    private func given(
        _ option: String?, _ name: String, _ variables: [String], _ environment: Environment
    ) throws -> (text: String, place: String)? {
        if let option {
            guard option.contains(where: { !$0.isWhitespace }) else { throw ValidationError("\(name) is empty") }
            return (option, name)
        }
        return variables.lazy.compactMap { name in environment[name].map { ($0, environment.place(of: name)) } }.first
    }

    /// Returns the error about values that are all missing or empty. An empty variable is named: whatever should have
    /// filled it has failed.
    private static func nothingGiven(
        _ variables: [String], _ environment: Environment, _ words: String
    ) -> ValidationError {
        let empty = variables.filter { environment.variables[$0] == "" }
        return ValidationError(words + empty.map { "; \($0) is empty" }.joined())
    }

    private func redisAddress(_ environment: Environment) throws -> RedisSettings {
        if let (url, place) = try given(redis, "--redis", ["REDIS_URL"], environment) {
            do {
                var settings = try RedisSettings(url: url)
                if case .tcp = settings.endpoint, try environment.flag("REDIS_TLS_ENABLED") {
                    settings.tls = settings.tls ?? RedisSettings.TLS()
                }
                return settings
            } catch let error as RedisSettings.UnreadableURL {
                throw ValidationError("\(place): \(error)")
            }
        }
        guard let host = environment["REDIS_HOST"] else {
            throw Self.nothingGiven(
                ["REDIS_URL", "REDIS_HOST"], environment, "Redis is not given: use --redis, REDIS_URL or REDIS_HOST")
        }
        guard PlainWords.isHost(host), !host.hasPrefix("/") else {
            throw ValidationError(
                "\(environment.place(of: "REDIS_HOST")) is a host's name or address alone; a whole address belongs into "
                    + "REDIS_URL, a port into REDIS_PORT and a password into REDIS_PASSWORD (its text is not repeated here)"
            )
        }
        let port = Int(try environment.positive("REDIS_PORT") ?? 6379)
        guard port <= 65_535 else { throw ValidationError("\(environment.place(of: "REDIS_PORT")) must be 1 to 65535") }
        return RedisSettings(
            endpoint: .tcp(host: host, port: port),
            tls: try environment.flag("REDIS_TLS_ENABLED") ? RedisSettings.TLS() : nil)
    }
}
