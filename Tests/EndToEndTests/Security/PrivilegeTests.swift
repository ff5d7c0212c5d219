import TestPlatform
import TestServers
import Testing

/// What `ops/deploy` grants is enough for every command, and no more than they need: each command that a user may give
/// to Redis is one that some run here gave.
@Suite(.postgres) struct PrivilegeTests {
    private static let repair = ["rebuild", "--holds", "rebuild", "--execute"]
    /// For a run on an event that moves, which would otherwise wait for it to stand still.
    private static let atOneInstant = ["--attempts", "1", "--pause", "0", "--release-after", "0.1", "--event", "busy"]

    @Test(arguments: Deployment.RedisUsers.allCases)
    func whoMayOnlyLookSeesWhatTheOwnerSeesAndWritesNothing(_ users: Deployment.RedisUsers) async throws {
        try await withGuests(users) { platform, check, _ in
            try await platform.addEveryFault()
            _ = try await Fault.ttlRace.inject(into: platform, event: "busy")
            let dump = try await platform.redis.dumpAll()
            for command in [
                ["check"], ["check", "--deep"], ["rebuild", "--holds", "rebuild"],
                ["rebuild", "--holds", "purge", "--force"], ["purge"], ["purge", "--all", "--force"],
            ] {
                let all = try await check.program.report(command)
                let seen = try await check.report(command)
                #expect(ShardSum([seen]) == ShardSum([all]), "\(command)")
                #expect(seen.exitStatus == 2)
            }
            for command in [["inspect", "ttl-race"], ["inspect", "--hold", "ttl-race-browsing"]] {
                let run = try await check.run(command)
                #expect(run.status == 0, "\(run.message)")
                #expect(run.output.contains("ttl-race-stalls"))
            }
            for command in [
                Self.repair, ["purge", "--execute"], ["purge", "--all", "--force", "--execute", "--expect", "9"],
            ] {
                let run = try await check.run(command)
                #expect(run.status == 1)
                #expect(run.message.contains("NOPERM"))
                #expect(run.notices.count == 1)
                #expect(!run.message.contains(Guest.password))
            }
            #expect(try await platform.redis.dumpAll() == dump)

            let moving = try await check.runWhileMoving("busy", ["check"] + Self.atOneInstant)
            #expect(moving.status == 2, "\(moving.message)")
            try await expectNoSpareCommand(of: check)
        }
    }

    @Test(arguments: Deployment.RedisUsers.allCases)
    func whoRepairsPutsEveryFaultRightAndRebuildsAnEmptiedRedis(_ users: Deployment.RedisUsers) async throws {
        try await withGuests(users) { platform, _, repair in
            try await platform.addEveryFault()
            let journal = "\(platform.redis.folder)/journal"
            #expect(try await repair.run(["purge", "--stale", "--execute", "--journal", journal]).status == 0)
            let undone = try await repair.run(["undo", journal, "--execute", "--release-after", "0.1"])
            #expect(undone.status == 0, "\(undone.message)\(undone.output)")
            #expect(try await repair.run(["purge", "--stale", "--execute"]).status == 0)
            // Between its two looks its lease is renewed, and does not end where the machine is slow.
            let repaired = try await repair.run(Self.repair + ["--lease-seconds", "60", "--release-after", "25"])
            #expect(repaired.status == 0, "\(repaired.message)")
            try await expectAgreement(on: platform)
            #expect(try await repair.run(["check", "--deep"]).status == 0)

            for parts in [["--traffic=live"], ["--traffic=stopped"], ["--shard=0/2", "--shard=1/2"]] {
                try await platform.redis.flushAll()
                for part in parts {
                    let run = try await repair.run(Self.repair + [part])
                    #expect(run.status == 0, "\(part): \(run.message)")
                }
                try await expectAgreement(on: platform)
            }

            _ = try await Fault.ttlRace.inject(into: platform, event: "busy")
            let moving = try await repair.runWhileMoving("busy", Self.repair + Self.atOneInstant)
            #expect(moving.status == 0, "\(moving.message)")
            try await expectAgreement(on: platform)
            let all = ["purge", "--all", "--force", "--execute"] + (try await platform.expectingMembers())
            #expect(try await repair.run(all).status == 0)
            #expect(try await platform.redis.command("EXISTS", platform.indexKey) == "0")
            try await expectNoSpareCommand(of: repair)
        }
    }

    @Test func aPrefixWithTheCharactersOfAPatternStandsForItself() async throws {
        try await withGuests(.redis7, keyPrefix: #"a[b]*\?-{t}&:"#) { platform, check, repair in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            #expect(try await check.report(["check", "--deep"]).causes == ["ttl-race"])
            #expect(try await repair.run(Self.repair + ["--release-after", "0.1"]).status == 0)
            try await expectAgreement(on: platform)
            let alike = #"abanything\x-{t}&:inventory:leaky:stalls"#
            #expect(try await check.refusal(of: ["EXISTS", alike])?.contains("NOPERM") == true)
        }
    }

    private func expectNoSpareCommand(of guest: Guest) async throws {
        // The database of a URL is asked for with SELECT.
        _ = try await guest.run(["doctor"], redis: guest.program.platform.redis.url + "?db=1")
        let granted = try await guest.granted()
        let spare = granted.subtracting(guest.used.commands)
        #expect(spare == [])
        #expect(granted.count >= 15)
    }
}
