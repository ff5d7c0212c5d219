import Testing

@testable import PostgresSource

@Suite struct WalkReachTests {
    private static let life = Duration.seconds(15)

    /// A walk that has begun as many snapshots, none of which was ready yet.
    private func reach(after snapshots: Int) -> WalkReach {
        var reach = WalkReach()
        for _ in 0..<snapshots { reach.snapshotBegun() }
        return reach
    }

    @Test func beginsWithFewEventsAndGrowsByThree() {
        #expect((0...6).map { reach(after: $0).events } == [100, 300, 900, 2700, 8100, 10_000, 10_000])
    }

    @Test func growsNoMoreWhereTheServerHasTimeLeft() {
        var reach = reach(after: 2)
        // A tenth of a millisecond an event is waited for, and two tenths it is worked on.
        reach.snapshotOpened(300, in: .milliseconds(30))
        reach.snapshotEnded(used: 300, left: 0, after: .milliseconds(60), of: .seconds(1000))
        reach.snapshotBegun()
        #expect(reach.events == 900)
        reach.snapshotOpened(900, in: .milliseconds(91))
        reach.snapshotBegun()
        #expect(reach.events == 2700)
    }

    @Test func isWhatTheWalkWillUseWhileASnapshotLives() {
        var reach = reach(after: 3)
        reach.snapshotEnded(used: 500, left: 0, after: .seconds(5), of: Self.life)
        #expect(reach.events == 1125)
        reach.snapshotEnded(used: 1125, left: 0, after: .seconds(15), of: Self.life)
        #expect(reach.events == 843)
    }

    @Test(arguments: [Duration.zero, .milliseconds(10)])
    func isNeverMoreThanTheGreatest(_ took: Duration) {
        var reach = reach(after: 6)
        reach.snapshotEnded(used: 19_000, left: 0, after: took, of: Self.life)
        #expect(reach.events == WalkReach.greatest)
    }

    @Test func isLittleMoreThanWhatASnapshotsLifeLetTheWalkUse() {
        var reach = reach(after: 5)
        reach.snapshotEnded(used: 6000, left: 14_000, after: Self.life, of: Self.life)
        #expect(reach.events == 7500)
        reach.snapshotEnded(used: 0, left: 7500, after: Self.life, of: Self.life)
        #expect(reach.events == WalkReach.least)
    }

    @Test func preparesTheNextSnapshotAtOnceWhileNothingIsKnown() {
        var reach = WalkReach()
        #expect(reach.isUnknown)
        reach.snapshotOpened(100, in: .milliseconds(20))
        #expect(!reach.isUnknown)
        #expect(reach.mustPrepare(used: 0, left: 100, after: .zero))
    }

    @Test func preparesTheNextSnapshotWhenWhatIsLeftTakesAsLong() {
        var reach = reach(after: 3)
        // A tenth of a millisecond an event, so the next 2700 will take 270 ms.
        reach.snapshotOpened(900, in: .milliseconds(90))
        // A millisecond an event: it is time when 270 are left.
        reach.snapshotEnded(used: 900, left: 0, after: .milliseconds(900), of: .seconds(100))
        #expect(!reach.mustPrepare(used: 0, left: 271, after: .zero))
        #expect(reach.mustPrepare(used: 0, left: 270, after: .zero))
        // It turns out to be quicker.
        #expect(reach.mustPrepare(used: 1000, left: 500, after: .milliseconds(500)))
    }
}
