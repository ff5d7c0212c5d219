import ChangeFiles
import HoldModel
import LocalFiles
import Output
import PostgresSource
import Reconciliation
import RedisStore

/// A run that makes a plan, or that applies one.
extension RunOrder {
    /// A plan file of a run.
    enum PlanFile: Sendable {
        /// To be made at this path.
        case new(String)
        /// Read already, from this path.
        case approved(ApprovedPlan, String)
        /// The journal of an earlier run, read already, from this path.
        case journal(Journal, String, otherDatabase: Bool, isPart: Bool)

        var path: String {
            switch self {
            case .new(let path), .approved(_, let path), .journal(_, let path, _, _): path
            }
        }
    }

    /// What decides what is right, by the names of the options. A plan is applied with the same alone.
    var decidingOptions: [String: String] {
        let policy = settings.policy
        var options = [
            "work": work.rawValue, "--holds": policy.holds.rawValue, "--hold-ttl": String(policy.holdTTL),
            "--finalize-grace": String(policy.finalizeGrace), "--claim-grace": String(policy.claimGrace),
            "--abandoned-after": String(policy.abandonedAfter),
            "--abandon-checkouts-older-than": String(policy.abandonOlderThan),
            "--finalization-queue": settings.finalizationQueue ?? "none",
        ]
        if settings.force { options["--force"] = "yes" }
        if settings.tightensByChoice { options["--only"] = "tighten" }
        if !settings.shard.isWhole { options["--shard"] = settings.shard.description }
        if !policy.abandonedOrders.isEmpty {
            options["--abandon-order"] = policy.abandonedOrders.sorted().map(\.description).joined(separator: " ")
        }
        return options
    }

    /// Returns the origin of files that this run makes.
    func origin(_ source: PostgresSource, _ redis: RedisConnection, keyPrefix: [UInt8]) async throws -> Origin {
        let (database, server) = (try await source.databaseIdentity(), try await redis.identity())
        return Origin(
            program: HoldReconcilerCommand.version, command: command, madeAt: currentTime(), options: decidingOptions,
            keyPrefix: keyPrefix, redis: RedisOrigin(runID: server.runID, replicationID: server.replicationID),
            postgres: PostgresOrigin(database: database.database, oid: database.oid, system: database.system))
    }

    /// Does the work beside the plan file that it has.
    ///
    /// - Throws: ``RunRefusal/otherFile(_:)`` where the plan is not for this run, and whatever the run throws.
    func withPlan(
        on servers: Servers, _ work: (ChangeCourse) async throws -> RunTally
    ) async throws -> RunTally {
        guard let planFile else { return try await work(.direct) }
        let origin = try await origin(servers.source, servers.watched, keyPrefix: servers.store.keys.prefix)
        switch planFile {
        case .journal(let journal, _, let otherDatabase, _):
            var from = journal.origin
            if otherDatabase { from.postgres = origin.postgres }
            if let objection = from.objection(to: origin, "journal") {
                throw RunRefusal.otherFile("\(objection); nothing was written")
            }
            var tally = try await work(.undo(journal))
            if journal.isCut {
                tally.warnings.append(
                    "the journal ends in the middle of a line: its run was killed, and what that line is about was not changed"
                )
            }
            return tally
        case .approved(let plan, let path):
            try Self.expect(plan, at: path, from: origin)
            var tally = try await work(.approved(plan))
            tally.plan = plan.header.totals
            return tally
        case .new(let path):
            let writer: PlanWriter
            do {
                writer = try PlanWriter(at: path, origin, events: settings.events)
            } catch {
                throw RunRefusal.otherFile("the plan \(shown(path)) cannot be made: \(error)")
            }
            do {
                var tally = try await work(.plan(writer))
                guard tally.stoppedBecause == nil || tally.needsConsent else {
                    writer.discard()
                    tally.warnings.append("no plan was made: the run did not come to its end")
                    return tally
                }
                try writer.finish(snapshots: tally.snapshots)
                tally.plan = writer.totals
                return tally
            } catch let error as UnusableFile {
                writer.discard()
                throw RunRefusal.otherFile("the plan \(shown(path)) could not be written: \(error)")
            } catch {
                writer.discard()
                throw error
            }
        }
    }

    private static func expect(_ plan: ApprovedPlan, at path: String, from origin: Origin) throws {
        if let objection = plan.header.origin.objection(to: origin, "plan") {
            throw RunRefusal.otherFile("\(objection); nothing was written")
        }
        if let others = plan.header.origin.otherOptions(than: origin) {
            throw RunRefusal.otherFile(
                "the plan \(shown(path)) was made with other options: \(others); nothing was written: give apply the same, or "
                    + "make a new plan")
        }
    }
}

/// A path as it may stand in a sentence.
func shown(_ path: String) -> String { printable(Array(path.utf8)) }

extension RunTally {
    fileprivate var snapshots: (first: String, last: String, lsn: String)? {
        guard let firstSnapshot, let lastSnapshot else { return nil }
        return (firstSnapshot.time.iso8601, lastSnapshot.time.iso8601, lastSnapshot.lsn ?? "")
    }
}
