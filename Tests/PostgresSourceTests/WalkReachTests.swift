import Testing

@testable import PostgresSource

@Suite struct WalkReachTests {
    private static let life = Duration.seconds(15)

    @Test func beginsWithFewEventsAndGrowsByFive() {
        var reach = WalkReach()
        var sizes: [Int] = []
        for _ in 1...6 {
            sizes.append(reach.events)
            reach.snapshotOpened(reach.events, in: .milliseconds(10))
        }
        #expect(sizes == [100, 500, 2500, 12_500, 20_000, 20_000])
    }

    @Test func isWhatTheWalkWillUseWhileASnapshotLives() {
        var reach = WalkReach()
        for _ in 1...4 { reach.snapshotOpened(reach.events, in: .zero) }
        reach.snapshotEnded(used: 500, left: 0, after: .seconds(5), of: Self.life)
        #expect(reach.events == 1125)
        reach.snapshotEnded(used: 1125, left: 0, after: .seconds(15), of: Self.life)
        #expect(reach.events == 843)
    }

    @Test(arguments: [Duration.zero, .milliseconds(10)])
    func isNeverMoreThanTheGreatest(_ took: Duration) {
        var reach = WalkReach()
        for _ in 1...6 { reach.snapshotOpened(reach.events, in: took) }
        reach.snapshotEnded(used: 19_000, left: 0, after: took, of: Self.life)
        #expect(reach.events == WalkReach.greatest)
    }

    @Test func isLittleMoreThanWhatASnapshotsLifeLetTheWalkUse() {
        var reach = WalkReach()
        for _ in 1...5 { reach.snapshotOpened(reach.events, in: .zero) }
        reach.snapshotEnded(used: 6000, left: 14_000, after: Self.life, of: Self.life)
        #expect(reach.events == 7500)
        reach.snapshotEnded(used: 0, left: 7500, after: Self.life, of: Self.life)
        #expect(reach.events == WalkReach.least)
    }

    @Test func preparesTheNextSnapshotAtOnceWhileNothingIsKnown() {
        var reach = WalkReach()
        reach.snapshotOpened(100, in: .milliseconds(20))
        #expect(reach.mustPrepare(used: 0, left: 100, after: .zero))
    }

    @Test func preparesTheNextSnapshotWhenWhatIsLeftTakesTwiceAsLong() {
        var reach = WalkReach()
        // A tenth of a millisecond an event, so the next ten thousand will take a second.
        reach.snapshotOpened(2000, in: .milliseconds(200))
        #expect(reach.events == 10_000)
        // A millisecond an event: two thousand are left when it is time.
        reach.snapshotEnded(used: 1000, left: 0, after: .seconds(1), of: .seconds(100))
        #expect(!reach.mustPrepare(used: 0, left: 2001, after: .zero))
        #expect(reach.mustPrepare(used: 0, left: 2000, after: .zero))
        // It turns out to be quicker.
        #expect(reach.mustPrepare(used: 1000, left: 3000, after: .milliseconds(500)))
    }
}
