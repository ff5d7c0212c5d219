import Logging
import Reporting
import Telemetry

/// Sends the events of runs to Application Insights, where the environment names one.
struct EventChannel: Sendable {
    private static let variables = ["APPLICATION_INSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING"]
    private static let timeoutVariable = "HOLD_RECONCILER_TELEMETRY_TIMEOUT"
    /// The default of ``timeout``, in seconds.
    private static let defaultTimeout = 2.0

    private let exporter: EventExporter
    private let endpoint: String
    /// How many seconds the last delivery may take.
    private let timeout: Double

    /// `nil` where none is named, or the setting cannot be read, which is logged.
    init?(_ environment: Environment) {
        guard let settings = Self.settings(environment) else { return nil }
        exporter = EventExporter(
            settings,
            source: EventSource(
                role: "hold-reconciler", instance: currentHost(), version: HoldReconcilerCommand.version))
        endpoint = settings.endpoint
        timeout = Self.timeout(environment)
    }

    /// Records a run's event, without waiting.
    func record(_ report: RunReport) {
        exporter.record(CustomEvent(run: report, trace: .current))
    }

    /// Delivers events while `body` runs, and the rest when it ends.
    func deliver<Value: Sendable>(during body: @Sendable () async throws -> Value) async throws -> Value {
        let result: Result<Value, any Error> = await withTaskGroup { group in
            group.addTask { [exporter] in await exporter.run() }
            defer { group.cancelAll() }
            do { return .success(try await body()) } catch { return .failure(error) }
        }
        await flush()
        return try result.get()
    }

    /// Delivers the rest, within ``timeout``.
    func flush() async {
        let delivery = await exporter.flush(within: .seconds(timeout))
        guard delivery.lost > 0 else { return }
        let reason = delivery.reason ?? "no answer in time"
        ProgramLog.tell(
            .warning, "event was not delivered",
            [
                "event": .string(CustomEvent.runName), "endpoint": .string(endpoint), "error": .string(reason),
                "timeout": .stringConvertible(timeout), "lost": .stringConvertible(delivery.lost),
            ],
            "the event \(CustomEvent.runName) was not delivered to \(endpoint) within \(timeout) s: \(reason); "
                + "the run itself is not affected")
    }

    private static func settings(_ environment: Environment) -> IngestionSettings? {
        for variable in variables {
            guard let text = environment[variable] else { continue }
            do throws(IngestionSettings.Malformed) {
                return try IngestionSettings(connectionString: text)
            } catch {
                ProgramLog.tell(
                    .warning, "telemetry is off", ["variable": .string(variable), "error": .string(error.description)],
                    "no event is sent: \(variable) is no connection string, \(error.description)")
                return nil
            }
        }
        return nil
    }

    private static func timeout(_ environment: Environment) -> Double {
        guard let text = environment[timeoutVariable] else { return defaultTimeout }
        if let seconds = Double(text), (0.1...60).contains(seconds) { return seconds }
        ProgramLog.tell(
            .warning, "option is ignored", ["variable": .string(timeoutVariable)],
            "\(timeoutVariable) is 0.1 to 60 seconds; \(defaultTimeout) is taken")
        return defaultTimeout
    }
}
