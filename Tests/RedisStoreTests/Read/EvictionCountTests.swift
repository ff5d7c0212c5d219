import Testing

@testable import RedisStore

/// How many keys a server has evicted while a run went on.
@Suite struct EvictionCountTests {
    private func identity(_ evictions: Int?) -> ServerIdentity {
        ServerIdentity(runID: "r", replicationID: "i", role: "master", flushes: 0, evictions: evictions)
    }

    @Test(arguments: [(3, 3, 0), (3, 10, 7), (0, 10, 10)])
    func isWhatWasAddedSince(_ before: Int, _ after: Int, _ evicted: Int) {
        #expect(identity(after).evicted(since: identity(before)) == evicted)
    }

    @Test func isWhatCameSinceTheStatisticsWereReset() {
        #expect(identity(920).evicted(since: identity(3136)) == 920)
    }

    @Test func isNoneWhereTheUserMayNotAsk() {
        #expect(identity(nil).evicted(since: identity(7)) == 0)
        #expect(identity(7).evicted(since: identity(nil)) == 0)
    }

    @Test func isNotAnotherServer() {
        #expect(identity(7).change(since: identity(3)) == nil)
    }
}
