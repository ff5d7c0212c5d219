import ArgumentParser
import Configuration
import HoldModel
import Synchronization

/// The worker's settings, each from the first place that has it: option, environment, file, default.
struct WorkerConfiguration: Sendable {
    enum Source: Sendable, Hashable {
        case option(String)
        case environment(String)
        case file(String)
        case fallback
    }

    struct Value: Sendable {
        let setting: WorkerSetting
        /// The value; `nil` where no place has it.
        let text: String?
        let source: Source

        /// Where it was given, for errors.
        var place: String {
            switch source {
            case .option(let option): option
            case .environment(let variable): variable
            case .file(let path): "\(setting.name) in \(printable(Array(path.utf8)))"
            case .fallback: setting.name
            }
        }
    }

    /// The values, in the order of ``WorkerSetting/all``.
    let values: [Value]
    /// The variables that count where an option is not given: those of the environment, then those of the file.
    let environment: Environment
    /// A warning about the file, for people; `nil` where there is none.
    let warning: String?

    /// - Parameter options: the options that were given, by the name of their setting.
    init(options: [String: String], variables: [String: String], file: WorkerConfigFile?) {
        if let file { GivenSecrets.note(file) }
        let given = Environment(variables: variables)
        let named = Dictionary(
            uniqueKeysWithValues: WorkerSetting.all.compactMap { setting in
                setting.variables.first { given[$0] != nil }.map { (setting.name, $0) }
            })
        var fromFile = file?.values ?? [:]
        // A server's address comes from one place: halves of two addresses lead nowhere.
        if options["redis"] != nil || named["redis"] != nil || named["redisHost"] != nil {
            for name in ["redis", "redisHost", "redisPort"] { fromFile[name] = nil }
        }
        let trace = AccessTrace()
        let reader = ConfigReader(
            providers: [
                InMemoryProvider(name: "option", values: Self.values(options)),
                InMemoryProvider(
                    name: "environment", values: Self.values(named.compactMapValues { given[$0] })),
                InMemoryProvider(name: "file", values: Self.values(fromFile)),
                InMemoryProvider(
                    name: "default",
                    values: Self.values(
                        Dictionary(
                            uniqueKeysWithValues: WorkerSetting.all.compactMap { setting in
                                setting.fallback.map { (setting.name, $0) }
                            }))),
            ], accessReporter: trace)
        values = WorkerSetting.all.map { setting in
            let text = reader.string(forKey: ConfigKey(setting.name), isSecret: setting.isSecret)
            let source: Source =
                switch trace.last {
                case 0: .option(setting.option ?? setting.name)
                case 1: .environment(named[setting.name] ?? setting.name)
                case 2: .file(file?.path ?? "")
                default: .fallback
                }
            return Value(setting: setting, text: text, source: source)
        }
        var merged = Environment(variables: variables)
        for value in values {
            guard case .file = value.source else { continue }
            merged.variables[value.setting.variables[0]] = value.text
            merged.places[value.setting.variables[0]] = value.place
        }
        environment = merged
        warning = file?.warning
    }

    subscript(name: String) -> Value? {
        values.first { $0.setting.name == name }
    }

    private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            uniqueKeysWithValues: texts.map { name, text in
                (AbsoluteConfigKey([name]), ConfigValue(.string(text), isSecret: false))
            })
    }
}

/// Remembers which of the providers, in their order, had the value that was read last.
private final class AccessTrace: AccessReporter, Sendable {
    private let found = Mutex<Int?>(nil)

    var last: Int? {
        found.withLock { $0 }
    }

    func report(_ event: AccessEvent) {
        let position = event.providerResults.firstIndex { result in
            if case .success(let lookup) = result.result { lookup.value != nil } else { false }
        }
        found.withLock { $0 = position }
    }
}
