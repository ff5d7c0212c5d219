import Foundation
import Synchronization
import TestPlatform
import TestTraffic
import Testing

/// All that a worker reported, read from it while it works: it keeps its last runs only, and a busy test may well look
/// away for as many.
final class RunDiary: Sendable {
    private struct Contents {
        var seen: Set<String> = []
        var documents: [Document] = []
        var expected: [String: [String: Int]] = [:]
    }

    private let worker: WorkerProcess
    private let contents = Mutex(Contents())

    init(_ worker: WorkerProcess) {
        self.worker = worker
    }

    var documents: [Document] {
        contents.withLock { $0.documents }
    }

    /// Counts a fault that was made apart from the traffic.
    func expect(_ leak: Injection) {
        guard let lost = leak.faulty else { return }
        contents.withLock { contents in
            for seats in lost.seats {
                contents.expected[leak.cause.rawValue, default: [:]][seats.category] = seats.quantity
            }
        }
    }

    /// Keeps the diary for as long as `body` takes: every run is in it, or the test fails.
    func keep<Value>(during body: () async throws -> Value) async throws -> Value {
        let isOver = StopFlag()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { isOver.set() }
            group.addTask {
                repeat {
                    try await self.follow()
                    try await Task.sleep(for: .milliseconds(100))
                } while !isOver.isSet
            }
            let value = try await body()
            isOver.set()
            try await group.waitForAll()
            return value
        }
    }

    /// Reads the reports of the runs that have ended since.
    private func follow() async throws {
        let ended = try #require(await worker.json("/runs", as: WorkerRuns.self)).runs.filter { $0.state == "ended" }
        let seen = contents.withLock { $0.seen }
        // Where none of a full book was seen before, those that went before them may have gone unseen.
        #expect(
            seen.isEmpty || ended.contains { seen.contains($0.id) }, "the diary did not keep up with the worker")
        for run in ended where !seen.contains(run.id) {
            let document = try await worker.json("/runs/\(run.id)", as: WorkerRun.self)
            let report = try #require(document?.report, "no report of the \(run.job) \(run.id)")
            contents.withLock { contents in
                contents.seen.insert(run.id)
                contents.documents.append(report)
            }
        }
    }

    /// What the slowest run took, in seconds.
    func longestRun() throws -> Double {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return try documents.map {
            try format.parse($0.finishedAt).timeIntervalSince(format.parse($0.startedAt))
        }.max() ?? 0
    }

    /// Waits until a rebuild that began after then has ended.
    func awaitRebuild(startedAfter start: ContinuousClock.Instant) async throws {
        try await Task.sleep(until: start)
        let known = documents.count
        _ = try await worker.wait(for: "one more rebuild") {
            // The first that ended may have begun before.
            return documents.dropFirst(known).count { $0.command == "rebuild" } >= 2 ? true : nil
        }
    }

    /// What must be true whatever went wrong on the platform: every seat that was lost was given back once, and nothing
    /// else was touched.
    func expectHealth(_ books: SeatBooks) async throws {
        let diary = books.diary
        #expect(diary.refusals.isEmpty, "the platform refused what it should not: \(diary.refusals.prefix(5))")
        #expect(diary.contradictions.isEmpty, "\(diary.contradictions.prefix(5))")
        for document in documents {
            #expect(document.error == nil)
            #expect(document.exitStatus & ~6 == 0, "\(document.command) ended with \(document.exitStatus)")
            #expect(document.totals.refused == 0)
        }
        var lost = contents.withLock { $0.expected }
        for (fault, seats) in diary.injected { lost[fault.rawValue, default: [:]].merge(seats, uniquingKeysWith: +) }
        let repaired = documents.flatMap(\.findings).filter { $0.outcome == "applied" && $0.seats > 0 }
            .reduce(into: [String: [String: Int]]()) { sums, finding in
                sums[finding.cause, default: [:]][finding.category ?? "", default: 0] += finding.seats
            }
        for cause in Set(lost.keys).union(repaired.keys).sorted() {
            let wrong = Set((repaired[cause] ?? [:]).keys).union((lost[cause] ?? [:]).keys)
                .filter { repaired[cause]?[$0] != lost[cause]?[$0] }
            #expect(wrong.isEmpty, "\(cause): \(account(of: wrong))")
        }
        // A check may see what is lost and not yet given back; never anything else.
        let found = Set(documents.flatMap(\.findings).filter { $0.outcome == "found" && $0.seats > 0 }.map(\.cause))
        #expect(found.isSubset(of: Set(lost.keys)))
    }

    /// What the runs said of some categories' events, for whoever must find out what went wrong.
    private func account(of categories: Set<String>) -> [String] {
        documents.flatMap { document in
            document.findings.filter { finding in
                categories.contains { $0 == finding.category || $0.hasPrefix((finding.event ?? "-") + "-") }
            }.map {
                "\(document.command) at \(document.startedAt), status \(document.exitStatus): \($0.cause) "
                    + "\($0.category ?? "-") \($0.seats) seats \($0.outcome), \($0.detail ?? "-")"
            }
        } + ["\(documents.count) runs known"]
    }

    /// How many holds the last rebuild saw.
    var holds: Int {
        documents.last { $0.command == "rebuild" }?.scanned.holds ?? 0
    }

    var summary: String {
        let commands = Dictionary(grouping: documents, by: \.command).mapValues(\.count)
        return "\(holds) holds in the end; "
            + "runs: \(commands.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
    }
}
