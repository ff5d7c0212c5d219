import TestPlatform
import TestServers

extension Program {
    /// For a run that stands still for as long as a test likes: neither its lease nor its patience ends meanwhile.
    private static let patience = ["--lease-seconds", "3600", "--redis-timeout", "3600"]

    /// Runs the program through a proxy as far as a breakpoint, and then `body` with its process id while everything
    /// stands still; after that the run goes on, unless the breakpoint drops it.
    ///
    /// - Parameter before: what happens on the platform before each call is passed on.
    func run(
        _ arguments: [String], to breakpoint: Breakpoint, environment: [String: String?] = [:],
        before: @escaping @Sendable (RedisCall) async throws -> Void = { _ in },
        _ body: @Sendable (Int32, RedisProxy) async throws -> Void
    ) async throws -> Run {
        let handling: RedisProxy.Handling = { call, forward in
            try await before(call)
            return try await breakpoint.handle(call, forward)
        }
        return try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
            // What a test says itself stands behind and wins.
            try await run(
                arguments.prefix(1) + Self.patience + arguments.dropFirst(),
                environment: environment.merging(["REDIS_URL": proxy.url]) { $1 },
                hasEnded: { breakpoint.runHasEnded() }
            ) { pid in
                try await breakpoint.wait()
                guard breakpoint.isMet else { return }
                try await body(pid, proxy)
                breakpoint.release()
            }
        }
    }
}
