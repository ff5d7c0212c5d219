import Foundation
import TestPlatform
import Testing

/// What a process uses of the machine over time, as Linux tells it.
struct ResourceUse: CustomStringConvertible {
    private let pid: Int32
    private var residentKilobytes: [Int] = []
    private var descriptors: [Int] = []

    init(pid: Int32) {
        self.pid = pid
    }

    /// How long is waited for a moment without a run: beside heavy traffic one may follow on the other for ever.
    private static let patience = Duration.seconds(3)

    /// Reads both while no run is under way, whose connections come and go; else the fewest that were open.
    mutating func sample(_ worker: WorkerProcess) async throws {
        let end = ContinuousClock.now + Self.patience
        var fewest = try openDescriptors()
        while try await !isIdle(worker, &fewest), .now < end { try await Task.sleep(for: .milliseconds(20)) }
        descriptors.append(fewest)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        residentKilobytes.append(try #require(line?.split(separator: " ").compactMap { Int($0) }.first))
    }

    /// Whether no run was under way when the descriptors were counted.
    private func isIdle(_ worker: WorkerProcess, _ fewest: inout Int) async throws -> Bool {
        let wasIdle = try await worker.metric("hold_reconciler_running") == 0
        fewest = min(fewest, try openDescriptors())
        guard wasIdle else { return false }
        return try await worker.metric("hold_reconciler_running") == 0
    }

    private func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    /// Neither grows: the first sample is taken after a few runs, so that what is kept for good is there.
    ///
    /// - Parameter holds: how many the last runs saw. The platform keeps the hashes of what is over for half an hour, so
    ///   that a day's holds grow in number, and a run needs memory for each.
    func expectFlat(besides holds: Int) {
        guard let first = residentKilobytes.first, let last = residentKilobytes.last, let before = descriptors.first
        else {
            Issue.record("nothing was sampled")
            return
        }
        #expect(last < first + 4096 + 2 * holds, "\(self), with \(holds) holds")
        // Connections of a probe of the servers may be open at either moment.
        #expect((descriptors.last ?? 0) <= before + 4, "\(self)")
    }

    var description: String {
        "resident kB: \(residentKilobytes), descriptors: \(descriptors)"
    }
}
