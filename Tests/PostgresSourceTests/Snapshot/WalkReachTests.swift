import Testing

@testable import PostgresSource

@Suite struct WalkReachTests {
    private static let life = Duration.seconds(15)

    /// A walk that has begun as many snapshots, none of which was ready yet.
    private func reach(after snapshots: Int) -> WalkReach {
        var reach = WalkReach(.looking)
        for _ in 0..<snapshots { reach.snapshotBegun() }
        return reach
    }

    @Test func beginsWithFewEventsAndDoubles() {
        #expect((0...5).map { reach(after: $0).events } == [25, 1500, 3000, 6000, 10_000, 10_000])
    }

    @Test func growsFurtherInARunThatWritesWhereEventsHaveOrders() {
        for (bounds, orders, greatest) in [
            (WindowBounds.looking, 9000, 10_000), (.writing, 9000, 18_000), (.writing, 25, 10_000),
        ] {
            var reach = WalkReach(bounds)
            reach.snapshotRead(25, in: .milliseconds(20), size: 0, kept: 25, orders: orders)
            for _ in 0..<7 { reach.snapshotBegun() }
            #expect(reach.events == greatest)
        }
    }

    @Test func staysWhatTheWalkWillUseWhereEventsHaveOrders() {
        var reach = WalkReach(.writing)
        for _ in 0..<7 { reach.snapshotBegun() }
        reach.snapshotEnded(used: 500, left: 0, after: .seconds(5), of: Self.life)
        reach.snapshotRead(500, in: .milliseconds(20), size: 0, kept: 500, orders: 9000)
        #expect(reach.events == 1125)
    }

    @Test func takesAFewEventsAtOnce() {
        var reach = WalkReach(.looking)
        #expect([1, 25, 26, 100, 101, 9000].map { reach.events(of: $0) } == [1, 25, 26, 100, 25, 25])
        reach.snapshotBegun()
        reach.snapshotRead(100, in: .milliseconds(20), size: 0, kept: 100, orders: 0)
        #expect([1, 100, 9000].map { reach.events(of: $0) } == [1, 100, 1500])
    }

    @Test func growsNoMoreWhereTheServerHasTimeLeft() {
        var reach = reach(after: 1)
        // A tenth of a millisecond an event is waited for, and two tenths it is worked on.
        reach.snapshotRead(600, in: .milliseconds(60), size: 0, kept: 600, orders: 0)
        reach.snapshotEnded(used: 600, left: 0, after: .milliseconds(120), of: .seconds(1000))
        reach.snapshotBegun()
        #expect(reach.events == 1500)
        reach.snapshotRead(600, in: .milliseconds(61), size: 0, kept: 600, orders: 0)
        reach.snapshotBegun()
        #expect(reach.events == 3000)
    }

    @Test func isNoMoreThanMemoryHasRoomFor() {
        var reach = reach(after: 3)
        reach.snapshotRead(100, in: .milliseconds(20), size: 30 << 20, kept: 30, orders: 0)
        #expect(reach.events == (WindowBounds.looking.size * 3 / 4) >> 20)
        reach.snapshotRead(1, in: .milliseconds(20), size: 1 << 30, kept: 1, orders: 0)
        #expect(reach.events == 1)
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
        #expect(reach.events == WindowBounds.looking.events)
    }

    @Test func isLittleMoreThanWhatASnapshotsLifeLetTheWalkUse() {
        var reach = reach(after: 5)
        reach.snapshotEnded(used: 6000, left: 14_000, after: Self.life, of: Self.life)
        #expect(reach.events == 7500)
        reach.snapshotEnded(used: 0, left: 7500, after: Self.life, of: Self.life)
        #expect(reach.events == WalkReach.least)
    }

    @Test func preparesTheNextSnapshotAtOnceWhileNothingIsKnown() {
        var reach = WalkReach(.looking)
        #expect(reach.isUnknown)
        reach.snapshotRead(100, in: .milliseconds(20), size: 0, kept: 100, orders: 0)
        #expect(!reach.isUnknown)
        #expect(reach.mustPrepare(used: 0, left: 100, after: .zero))
    }

    @Test func preparesTheNextSnapshotWhenWhatIsLeftTakesAsLong() {
        var reach = reach(after: 2)
        // A tenth of a millisecond an event, so the next 3000 will take 300 ms.
        reach.snapshotRead(900, in: .milliseconds(90), size: 0, kept: 900, orders: 0)
        // A millisecond an event: it is time when 300 are left.
        reach.snapshotEnded(used: 900, left: 0, after: .milliseconds(900), of: .seconds(100))
        #expect(!reach.mustPrepare(used: 0, left: 301, after: .zero))
        #expect(reach.mustPrepare(used: 0, left: 300, after: .zero))
        // It turns out to be quicker.
        #expect(reach.mustPrepare(used: 1000, left: 500, after: .milliseconds(500)))
    }
}
