import TestPlatform
import TestServers
import Testing

/// A disk that is full when the run has done its work: what it did is done, and the status says that the report is lost.
extension FaultTests {
    @Test(arguments: [true, false], [true, false]) func theDiskIsFull(forTheLog: Bool, andForStdout: Bool) async throws
    {
        guard forTheLog || andForStdout else { return }
        try await withPlatform(redis: .forFaults) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let log = "\(platform.redis.folder)/maintenance.jsonl"
            let run = try await (forTheLog ? program.withoutRoom : program).run(
                Self.rebuild + ["--maintenance-log", log], outputFile: andForStdout ? "/dev/full" : nil)
            #expect(run.status == 1)
            if forTheLog {
                #expect(run.message.contains("the maintenance log \(log) could not be written: File too large"))
            }
            if andForStdout {
                #expect(run.message.contains("could not be written to stdout: No space"))
                #expect(run.message.contains("what the run did is done"))
            } else {
                #expect(run.output.contains("1 applied"))
            }
            #expect(run.notices.count == (forTheLog && andForStdout ? 2 : 1))
            #expect(!run.message.contains(RedisServerOptions.secret))
            try await expectAgreement(on: platform)
            try await Aftermath(of: platform, program).expectCompletion()
        }
    }
}
