import Foundation
import TestPlatform
import TestServers
import Testing

/// Runs of a worker that meet other runs, servers that go away, and stops.
@Suite(.postgres) struct WorkerRunTests {
    @Test func ofTwoWorkersOneWaitsAndTakesOverWhenTheOtherIsKilled() async throws {
        try await withPlatform { platform, program in
            // The first is written at once and takes the lease; the second waits for its second look, lease in hand.
            _ = try await Fault.lostHash.inject(into: platform, event: "gala")
            _ = try await Fault.ttlRace.inject(into: platform, event: "matinee")
            let schedule = ["--rebuild-every", "1", "--execute", "--lease-seconds", "600"]
            let killed = try await program.worker(schedule + ["--release-after", "600"], endsBy: nil) { first in
                _ = try await first.wait(for: "the lease") {
                    try await platform.redis.command("EXISTS", platform.leaseKey) == "1" ? true : nil
                }
                let second = try await program.worker(schedule + ["--release-after", "0"]) { second in
                    let waiting = try await second.wait(for: "a run that finds the lease taken") {
                        try await second.json("/schedule", as: WorkerSchedule.self)?.jobs["rebuild"]
                            .flatMap { $0.reason == nil ? nil : $0 }
                    }
                    #expect(waiting.reason?.contains("process \(first.pid)") == true)
                    // The interval of a second, since a tenth of the lease's life is longer.
                    #expect(waiting.nextInSeconds <= 1)
                    #expect(waiting.failures == 0)
                    _ = try await second.wait(for: "a look at the lease") {
                        try await second.metric(#"hold_reconciler_lease{state="other"}"#) == 1 ? true : nil
                    }
                    #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "1")

                    kill(first.pid, SIGKILL)
                    // So much is left of the lease, which the next run takes when it has ended by itself.
                    try await platform.redis.command("PEXPIRE", platform.leaseKey, "1500")
                    _ = try await second.wait(for: "the end of the waiting") {
                        try await second.metric(#"hold_reconciler_runs_total{job="rebuild",result="repaired"}"#) == 1
                            ? true : nil
                    }
                    let busy = try await second.metric(#"hold_reconciler_runs_total{job="rebuild",result="busy"}"#)
                    #expect(busy ?? 0 >= 1)
                }
                #expect(second.status == 0, "\(second.message)")
            }
            #expect(killed.status == 128 + SIGKILL)
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func aStopEndsTheRunAtAWholeStepAndGivesTheLeaseBack(_ signal: Int32)
        async throws
    {
        try await withPlatform { platform, program in
            _ = try await Fault.lostHash.inject(into: platform, event: "gala")
            _ = try await Fault.ttlRace.inject(into: platform, event: "matinee")
            let arguments = ["--execute", "--release-after", "600"]
            let end = try await program.worker(arguments, environment: WorkerHTTPTests.token, endsBy: signal) {
                worker in
                #expect(try await worker.http.post("/run/rebuild", headers: WorkerHTTPTests.credentials)?.status == 202)
                _ = try await worker.wait(for: "the lease") {
                    try await platform.redis.command("EXISTS", platform.leaseKey) == "1" ? true : nil
                }
            }
            #expect(end.status == 0, "\(end.message)")
            #expect(end.message.contains("the worker is stopping"))
            #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "0")
            // What puts seats back on sale waited for its second look, which did not come.
            #expect(try await program("check").status == 2)
        }
    }

    @Test func aServerThatComesBackIsUsedAgain() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addHealthyEvents()
            let end = try await program.worker(["--check-every", "1"]) { worker in
                _ = try await worker.wait(for: "a clean run") {
                    try await worker.json("/report", as: Document.self).flatMap { $0.exitStatus == 0 ? $0 : nil }
                }
                try await platform.allowConnections(false)
                let failing = try await worker.wait(for: "failures") {
                    try await worker.json("/schedule", as: WorkerSchedule.self)?.jobs["check"]
                        .flatMap { $0.failures >= 2 ? $0 : nil }
                }
                #expect(failing.reason?.contains(platform.database) == true)
                #expect(try await worker.metric(#"hold_reconciler_schedule_failures{job="check"}"#) ?? 0 >= 2)
                try await platform.allowConnections(true)
                _ = try await worker.wait(for: "a clean run") {
                    try await worker.json("/schedule", as: WorkerSchedule.self)?.jobs["check"]
                        .flatMap { $0.failures == 0 ? $0 : nil }
                }
            }
            #expect(end.status == 0)
            #expect(end.message.contains("job is put off"))
        }
    }
}

extension Platform {
    fileprivate func allowConnections(_ isAllowed: Bool) async throws {
        try await postgres.psql(
            database: "postgres", sql: "ALTER DATABASE \(database) ALLOW_CONNECTIONS \(isAllowed)")
    }
}
