import ArgumentParser
import Foundation
import Logging
import Worker

extension WorkerService.Settings {
    /// Reads the settings of the worker itself.
    ///
    /// - Throws: `ValidationError` for a value that cannot be meant, with the place where it was given.
    init(_ configuration: WorkerConfiguration, timeLimit: Duration?, leaseLife: Duration) throws {
        var intervals: [Job: Duration] = [:]
        intervals[.check] = try configuration["checkEvery"]?.interval()
        intervals[.purge] = try configuration["purgeEvery"]?.interval()
        intervals[.rebuild] = try configuration["rebuildEvery"]?.interval()
        var listen = try configuration["listen"]?.address() ?? .tcp(host: "127.0.0.1", port: 8080)
        var functionJob: Job?
        // Only the Functions host may call on this port.
        if let port = try configuration["functionPort"]?.port() {
            listen = .tcp(host: "127.0.0.1", port: port)
            functionJob = try configuration["functionJob"]?.job()
        }
        self.init(
            intervals: intervals, listen: listen,
            allowedHosts: try configuration["allowedHosts"]?.hosts() ?? [],
            token: configuration["token"]?.text.flatMap { BearerToken($0) },
            functionJob: functionJob, timeLimit: timeLimit, leaseLife: leaseLife,
            identity: WorkerIdentity(
                version: HoldReconcilerCommand.version, startedAt: Date().timeIntervalSince1970))
    }
}

extension WorkerService.Settings {
    /// Logs what the worker will do, so that a misspelt variable is seen: a worker without jobs would look well
    /// otherwise.
    func tellSchedule(executes: Bool) {
        let planned = Job.allCases.compactMap { job in
            intervals[job].map { "\(job.rawValue) every \($0.components.seconds) s" }
        }
        let jobs = planned.isEmpty ? "no job" : planned.joined(separator: ", ")
        let mode = executes ? "writes what they repair" : "only looks"
        let waits = planned.isEmpty && token == nil && functionJob == nil
        ProgramLog.tell(
            waits ? .warning : .notice, "schedule",
            ["jobs": .string(jobs), "executes": .stringConvertible(executes)],
            "on the schedule: \(jobs); the worker \(mode)"
                + (waits ? ". Nobody can start a run either: give --check-every, or HOLD_RECONCILER_TOKEN" : ""))
    }
}

extension WorkerConfiguration.Value {
    fileprivate func interval() throws -> Duration? {
        guard let text, text != "off" else { return nil }
        guard let interval = Interval(text) else {
            throw ValidationError("\(place) must be off, or seconds, or such as 30s, 5m, 1h")
        }
        return interval.duration
    }

    fileprivate func address() throws -> ListenAddress? {
        guard let text else { return nil }
        guard let address = ListenAddress(text) else {
            throw ValidationError(
                "\(place) must be host:port, or the path of a Unix socket of 107 bytes at the most")
        }
        return address
    }

    /// Reads names that are separated by commas, and returns them in lower case.
    fileprivate func hosts() throws -> [String] {
        let names = (text ?? "").split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
        guard names.allSatisfy({ AllowedHosts.isName($0) }) else {
            throw ValidationError(
                "\(place) must be names without a port, such as worker.internal, with commas between them")
        }
        return names
    }

    fileprivate func port() throws -> Int? {
        guard let text else { return nil }
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw ValidationError("\(place) must be a port, 1 to 65535")
        }
        return port
    }

    fileprivate func job() throws -> Job? {
        guard let text else { return nil }
        guard let job = Job(rawValue: text) else {
            throw ValidationError("\(place) must be check, purge or rebuild")
        }
        return job
    }
}
