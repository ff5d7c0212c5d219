package import Reporting
import ServiceLifecycle

/// The answer of the two servers to the question whether a run could work.
package struct Probe: Sendable {
    /// Why it could not, without a secret; `nil` where it could.
    package let problem: String?
    package let lease: WorkerFacts.LeaseState

    package init(problem: String?, lease: WorkerFacts.LeaseState) {
        self.problem = problem
        self.lease = lease
    }
}

/// Knows whether the servers answer. However often it is asked, it asks the servers at most once a second, and not
/// twice at a time: a health check must not become a load.
package actor Readiness: Service {
    package typealias Ask = @Sendable () async -> Probe

    private static let fresh = Duration.seconds(1)
    /// How often the servers are asked without a request, so that metrics know the lease.
    private static let pause = Duration.seconds(15)

    private let ask: Ask
    private var asking: Task<Probe, Never>?
    private var asked: ContinuousClock.Instant?
    /// The last answer.
    package private(set) var last = Probe(problem: "the servers have not been asked yet", lease: .unknown)

    package init(_ ask: @escaping Ask) {
        self.ask = ask
    }

    /// Returns the answer, which is at most a second old.
    package func check() async -> Probe {
        if let asking { return await asking.value }
        if let asked, .now - asked < Self.fresh { return last }
        // Not a child of the request's task: others wait for it as well, and a client that goes away must not end it.
        let task = Task { [ask] in await ask() }
        asking = task
        last = await task.value
        asked = .now
        asking = nil
        return last
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                _ = await self.check()
                do { try await Task.sleep(for: Self.pause) } catch { return }
            }
        }
    }
}
