import Testing

@testable import PostgresSource

@Suite struct WalkReachTests {
    private static let life = Duration.seconds(15)

    @Test func isWhatTheWalkWillUseWhileASnapshotLives() {
        var reach = WalkReach()
        #expect(reach.events == 500)
        reach.snapshotEnded(used: 500, left: 0, after: .seconds(5), of: Self.life)
        #expect(reach.events == 1125)
        reach.snapshotEnded(used: 1125, left: 0, after: .seconds(15), of: Self.life)
        #expect(reach.events == 843)
    }

    @Test(arguments: [Duration.zero, .milliseconds(10)])
    func growsNoFasterThanByThree(_ took: Duration) {
        var reach = WalkReach()
        reach.snapshotEnded(used: 1000, left: 0, after: took, of: Self.life)
        #expect(reach.events == 1500)
        reach.snapshotEnded(used: 19_000, left: 0, after: took, of: Self.life)
        #expect(reach.events == 4500)
        for _ in 1...3 { reach.snapshotEnded(used: 19_000, left: 0, after: took, of: Self.life) }
        #expect(reach.events == WalkReach.greatest)
    }

    @Test func isLittleMoreThanWhatASnapshotsLifeLetTheWalkUse() {
        var reach = WalkReach()
        reach.snapshotEnded(used: 6000, left: 14_000, after: Self.life, of: Self.life)
        #expect(reach.events == 7500)
        reach.snapshotEnded(used: 0, left: 7500, after: Self.life, of: Self.life)
        #expect(reach.events == WalkReach.least)
    }
}
