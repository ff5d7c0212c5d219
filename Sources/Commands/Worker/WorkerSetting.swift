/// One setting of the worker, and the names that it has in each place.
struct WorkerSetting: Sendable {
    enum Kind: Sendable {
        case text
        case wholeNumber
        case yesOrNo
        /// Seconds, or `30s`, `5m`, `1h`, or `off`.
        case interval
    }

    /// The name in the file and in `--show-config`.
    let name: String
    /// The option that sets it; `nil` where none does.
    var option: String?
    /// The variables that set it; the first that is set counts.
    let variables: [String]
    var kind = Kind.text
    /// The default; `nil` where there is none.
    var fallback: String?
    var isSecret = false
    /// Whether only the environment may set it, for secrets: options show in process lists, and files lie around.
    var isForEnvironmentOnly = false

    static let all = [
        WorkerSetting(
            name: "checkEvery", option: "--check-every", variables: ["HOLD_RECONCILER_CHECK_EVERY"], kind: .interval,
            fallback: "off"),
        WorkerSetting(
            name: "purgeEvery", option: "--purge-every", variables: ["HOLD_RECONCILER_PURGE_EVERY"], kind: .interval,
            fallback: "off"),
        WorkerSetting(
            name: "rebuildEvery", option: "--rebuild-every", variables: ["HOLD_RECONCILER_REBUILD_EVERY"],
            kind: .interval, fallback: "off"),
        WorkerSetting(
            name: "listen", option: "--listen", variables: ["HOLD_RECONCILER_LISTEN"], fallback: "127.0.0.1:8080"),
        WorkerSetting(
            name: "allowedHosts", option: "--allowed-host", variables: ["HOLD_RECONCILER_ALLOWED_HOSTS"]),
        WorkerSetting(
            name: "execute", option: "--execute", variables: ["HOLD_RECONCILER_EXECUTE"], kind: .yesOrNo, fallback: "0"),
        WorkerSetting(
            name: "token", variables: ["HOLD_RECONCILER_TOKEN"], isSecret: true, isForEnvironmentOnly: true),
        WorkerSetting(name: "functionJob", variables: ["HOLD_RECONCILER_FUNCTION_JOB"], fallback: "check"),
        WorkerSetting(
            name: "functionPort", variables: ["FUNCTIONS_CUSTOMHANDLER_PORT"], kind: .wholeNumber,
            isForEnvironmentOnly: true),
        WorkerSetting(
            name: "postgres", option: "--postgres", variables: ["POSTGRES_CONNECTION_STRING", "DATABASE_URL"],
            isSecret: true),
        WorkerSetting(name: "redis", option: "--redis", variables: ["REDIS_URL"], isSecret: true),
        WorkerSetting(name: "redisHost", variables: ["REDIS_HOST"]),
        WorkerSetting(name: "redisPort", variables: ["REDIS_PORT"], kind: .wholeNumber),
        WorkerSetting(name: "redisUsername", variables: ["REDIS_USERNAME"]),
        WorkerSetting(name: "redisPassword", variables: ["REDIS_PASSWORD"], isSecret: true),
        WorkerSetting(name: "redisTLS", variables: ["REDIS_TLS_ENABLED"], kind: .yesOrNo),
        WorkerSetting(name: "redisCAFile", option: "--redis-ca-file", variables: ["REDIS_TLS_CA_FILE"]),
        WorkerSetting(name: "keyPrefix", option: "--key-prefix", variables: ["REDIS_KEY_PREFIX"]),
        WorkerSetting(
            name: "finalizationQueue", option: "--finalization-queue", variables: ["REDIS_FINALIZATION_QUEUE_KEY"],
            fallback: "queues:finalization"),
        WorkerSetting(
            name: "holdTTL", option: "--hold-ttl", variables: ["HOLD_TTL_SECONDS"], kind: .wholeNumber, fallback: "600"),
    ]
}
