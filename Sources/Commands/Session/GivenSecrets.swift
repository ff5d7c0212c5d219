import ConnectionStrings

/// Registers the secrets that the program is given in any place, before it prints anything, so that not even errors
/// about them repeat them.
enum GivenSecrets {
    private static let connectionStrings = [
        "POSTGRES_CONNECTION_STRING", "DATABASE_URL", "REDIS_URL", "APPLICATION_INSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "HOLD_RECONCILER_API_URL",
    ]
    private static let credentials = [
        "PGPASSWORD", "REDIS_PASSWORD", "HOLD_RECONCILER_TOKEN", "HOLD_RECONCILER_API_TOKEN",
    ]
    private static let options = ["--postgres", "--redis", "--api"]

    /// Registers the secrets of a command line and its environment.
    static func note(_ arguments: [String], _ environment: Environment) {
        for text in connectionStrings.compactMap({ environment[$0] }) + values(of: options, in: arguments) {
            SecretsInUse.ofProcess.add(connectionString: text)
        }
        SecretsInUse.ofProcess.add(credentials.compactMap { environment[$0] }.map { .credential($0) })
    }

    /// Registers the secrets of a worker's file.
    static func note(_ file: WorkerConfigFile) {
        for setting in WorkerSetting.all where setting.isSecret {
            guard let text = file.values[setting.name] else { continue }
            SecretsInUse.ofProcess.add([.credential(text)])
            SecretsInUse.ofProcess.add(connectionString: text)
        }
    }

    /// Returns the values of some options. The arguments are not parsed yet, and may be wrong.
    private static func values(of options: [String], in arguments: [String]) -> [String] {
        arguments.indices.compactMap { position in
            let word = arguments[position]
            if options.contains(word) { return arguments[(position + 1)...].first }
            return options.first { word.hasPrefix($0 + "=") }.map { String(word.dropFirst($0.count + 1)) }
        }
    }
}
