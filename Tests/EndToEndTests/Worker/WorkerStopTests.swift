import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// A worker that is to stop while Redis is silent: what it waits for cannot be broken off.
@Suite(.postgres) struct WorkerStopTests {
    @Test func aSilentRedisDoesNotHoldAStopUp() async throws {
        try await stopBesideASilentRedis {
            kill($0, SIGTERM)
        } whenOver: { end, took in
            #expect(end.status == 1)
            #expect(end.message.contains("did not end within 22.0 s of SIGTERM"))
            #expect(took < .seconds(30))
        }
    }

    @Test func aSecondSignalEndsItAtOnce() async throws {
        try await stopBesideASilentRedis { pid in
            // Two of a kind that come too soon are one.
            kill(pid, SIGTERM)
            kill(pid, SIGINT)
        } whenOver: { end, took in
            #expect([128 + SIGINT, 128 + SIGTERM].contains(end.status))
            #expect(took < .seconds(10))
        }
    }

    private func stopBesideASilentRedis(
        _ stop: @escaping @Sendable (pid_t) -> Void, whenOver: (Program.Run, Duration) -> Void
    ) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let took = Mutex(Duration.zero)
            let arguments = ["--check-every", "1", "--redis-timeout", "600"]
            let end = try await program.worker(arguments, endsBy: nil) { worker in
                _ = try await worker.wait(for: "a run") {
                    try await worker.metric(#"hold_reconciler_runs_total{job="check",result="clean"}"#) ?? 0 > 0
                        ? true : nil
                }
                kill(platform.redis.pid, SIGSTOP)
                defer { kill(platform.redis.pid, SIGCONT) }
                _ = try await worker.wait(for: "a run that waits") { () -> Bool? in
                    let runs = try await worker.json("/runs", as: WorkerRuns.self)?.runs
                    guard let last = runs?.last, last.state == "running" else { return nil }
                    try await Task.sleep(for: .milliseconds(300))
                    let later = try await worker.json("/runs", as: WorkerRuns.self)?.runs.last
                    return later?.id == last.id && later?.state == "running" ? true : nil
                }
                let start = ContinuousClock.now
                stop(worker.pid)
                while kill(worker.pid, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
                took.withLock { $0 = .now - start }
            }
            whenOver(end, took.withLock { $0 })
        }
    }
}
