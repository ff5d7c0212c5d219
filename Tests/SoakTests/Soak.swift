import Foundation
import TestPlatform
import TestRandom
import TestServers
import TestTraffic
import Testing

/// The program at work beside a platform that sells, for as long as `SOAK_SECONDS` says.
struct Soak {
    let platform: Platform
    let program: Program
    let books: SeatBooks
    /// The whole of what the program reported, in order.
    private(set) var documents: [Document] = []

    /// Starts a platform and lets the traffic go on while rebuild and check take turns; then the traffic stops, and one
    /// more rebuild finds everything at rest.
    ///
    /// `SOAK_ARGUMENTS` adds words to every run, to see what a broken protocol does.
    ///
    /// - Parameters:
    ///   - claimGrace: seconds past its expiry in which a claimed hold without an order is left alone.
    ///   - arguments: words of every run, besides.
    static func run(
        _ name: String, _ options: TrafficOptions = TrafficOptions(), claimGrace: Int = 60, _ arguments: [String] = []
    ) async throws -> Soak {
        let random = SeededRandom(named: name)
        return try await withPlatform { platform, program in
            let events = TrafficEvents.make(30)
            try await platform.add(events)
            var soak = Soak(platform: platform, program: program, books: SeatBooks(events))
            let traffic = Traffic(on: platform, events: events, books: soak.books, options: options, random: random)
            let arguments = ["--claim-grace", String(claimGrace), "--max-findings", "1000000"] + arguments
            soak.documents = try await traffic.run { [soak] in
                try await soak.reconcile(arguments, for: options.backlog)
            }
            // The last claims that were lost are over by then.
            let life = options.lostClaimLife - options.lostClaimAge + claimGrace
            let wait = options.faults[.lostClaim] == nil ? 0 : max(life + 2, 0)
            try await Task.sleep(for: .seconds(wait))
            if let backlog = options.backlog {
                // The last hashes are gone by then, and written again before the finalizer comes.
                try await Task.sleep(for: .seconds(backlog.life + 1))
                soak.documents.append(try await program.report(Self.rebuild + arguments))
                try await traffic.finishBacklog()
            }
            soak.documents.append(try await program.report(Self.rebuild + arguments))
            soak.printSummary(name)
            try await soak.expectHealth()
            return soak
        }
    }

    private static let rebuild = ["rebuild", "--holds", "rebuild", "--execute"]

    private func reconcile(_ options: [String], for backlog: Backlog?) async throws -> [Document] {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["SOAK_SECONDS"].flatMap { Double($0) } ?? 8
        let more = options + (environment["SOAK_ARGUMENTS"] ?? "").split(separator: " ").map(String.init)
        let end = ContinuousClock.now + .seconds(seconds)
        var documents: [Document] = []
        repeat {
            let begin = ContinuousClock.now
            let rebuild = try await program.report(Self.rebuild + more)
            backlog?.note(rebuildBegunAt: begin, leaving: Self.left(by: rebuild))
            documents.append(rebuild)
            documents.append(try await program.report(["check"] + more))
        } while ContinuousClock.now < end || backlog.map { $0.returns < 2 } ?? false
        return documents
    }

    private static func left(by run: Document) -> Set<String> {
        Set(run.findings.filter { $0.outcome == "deferred" }.compactMap(\.event))
    }

    /// What must be true whatever went wrong on the platform.
    private func expectHealth() async throws {
        let diary = books.diary
        #expect(diary.refusals.isEmpty, "the platform refused what it should not: \(first(diary.refusals))")
        #expect(diary.contradictions.isEmpty, "\(first(diary.contradictions))")
        for document in documents {
            #expect(document.error == nil)
            // What is in doubt may be left, and drift be found by check; nothing else.
            #expect(document.exitStatus & ~6 == 0, "\(document.command) ended with \(document.exitStatus)")
            #expect(document.totals.refused == 0)
        }
        let last = try #require(documents.last)
        #expect(last.exitStatus == 0, "with the traffic stopped nothing is in doubt")
        #expect(try await books.disagreements(with: platform) == [])
        try await expectAgreement(on: platform)
    }

    /// Findings of all runs with these outcomes.
    func findings(_ outcomes: Set<String>) -> [Document.Finding] {
        documents.flatMap(\.findings).filter { outcomes.contains($0.outcome) }
    }

    /// Seats that the program says it repaired, by cause and category.
    var repaired: [String: [String: Int]] {
        findings(["applied"]).filter { $0.seats > 0 }.reduce(into: [:]) { seats, finding in
            seats[finding.cause, default: [:]][finding.category ?? "", default: 0] += finding.seats
        }
    }

    /// Seats of the faults that the traffic made, likewise.
    var injected: [String: [String: Int]] {
        Dictionary(uniqueKeysWithValues: books.diary.injected.map { ($0.key.rawValue, $0.value) })
    }

    private func printSummary(_ name: String) {
        var outcomes: [String: Int] = [:]
        for finding in documents.flatMap(\.findings) { outcomes[finding.outcome, default: 0] += 1 }
        let deferred = documents.reduce(0) { $0 + $1.totals.deferred }
        let looked = documents.reduce(0) { $0 + $1.scanned.events }
        let counts = books.diary.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print("\(name): traffic: \(counts.joined(separator: ", "))")
        print(
            "\(name): \(documents.count) runs, \(looked) events looked at, \(deferred) deferred; findings by outcome: "
                + "\(outcomes); seats injected: \(sums(injected)), repaired: \(sums(repaired))")
    }

    private func sums(_ seats: [String: [String: Int]]) -> [String: Int] {
        seats.mapValues { $0.values.reduce(0, +) }
    }

    private func first(_ some: [some Any]) -> String {
        "\(some.count): " + some.prefix(5).map { "\($0)" }.joined(separator: "; ")
    }
}
