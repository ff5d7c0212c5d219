import HoldModel
import Testing

/// Holds without an order, as a first look takes them.
@Suite("a cart") struct CartTests {
    private let now = Timestamp(milliseconds: 1_777_637_000_000)
    private let plain =
        #"[{"eventId":"e","categoryId":"a","quantity":2},{"eventId":"e","categoryId":"b","quantity":1}]"#

    private func read(_ status: String = "held", _ expiry: String = "1777637300", _ entries: String? = nil) -> Cart? {
        let (status, expiry) = (Array(status.utf8), Array(expiry.utf8))
        return Cart(
            status: status.span, expiresAtEpoch: expiry.span, entries: Array((entries ?? plain).utf8), now: now)
    }

    @Test("counts for the seats of its own hash", arguments: ["held", "checkout_pending", "checkout_committed"])
    func countsForItsOwnSeats(_ status: String) throws {
        let cart = try #require(read(status))
        #expect(cart.event == EventID("e") && cart.expiresAtEpoch == 1_777_637_300)
        #expect(
            cart.lines == [
                SeatLine(category: CategoryID("a"), quantity: 2), SeatLine(category: CategoryID("b"), quantity: 1),
            ])
    }

    @Test(
        "is none where the hold has ended, is over, or says no status",
        arguments: [
            ("finalized", "1777637300"), ("expired", "1777637300"), ("cancelled", "1777637300"), ("HELD", "1777637300"),
            ("held", "1777636000"), ("checkout_pending", "1777636000"), ("held", "1777637300000"), ("held", "soon"),
        ])
    func isNoneWhereTheHoldIsOver(_ status: String, _ expiry: String) {
        #expect(read(status, expiry) == nil)
    }

    @Test(
        "is none where its seats must be read by a plan",
        arguments: [
            "", "[]", "[ ]", #"[{"eventId":"e","categoryId":"a","quantity":0}]"#,
            #"[{"eventId":"e","categoryId":"a","quantity":-1}]"#, #"[{"categoryId":"a","eventId":"e","quantity":1}]"#,
            #"[{"eventId":"e","categoryId":"a","quantity":1},{"eventId":"f","categoryId":"a","quantity":1}]"#,
        ])
    func isNoneWhereItsSeatsAreOdd(_ entries: String) {
        #expect(read("held", "1777637300", entries) == nil)
    }
}

/// What stands for seats by category.
@Suite("a digest of seats") struct SeatDigestTests {
    private var digest: SeatDigest {
        var digest = SeatDigest()
        for (seats, category) in [(5, "a"), (2, "b")] as [(Int64, String)] {
            digest.add(seats, of: Array(category.utf8).span)
        }
        return digest
    }

    @Test("is empty where all that was added was taken, in any order and parts")
    func isEmptyWhereAllWasTaken() {
        var digest = digest
        for (seats, category) in [(2, "b"), (1, "a"), (4, "a")] as [(Int64, String)] {
            digest.take(seats, of: Array(category.utf8).span)
        }
        #expect(digest.isEmpty)
    }

    @Test(
        "is not where another category or other seats were taken",
        arguments: [[5, 1], [4, 2], [6, 2], [2, 5], [7, 0]] as [[Int64]])
    func isNotWhereOthersWereTaken(_ seats: [Int64]) {
        var digest = digest
        for (seats, category) in zip(seats, ["a", "b"]) { digest.take(seats, of: Array(category.utf8).span) }
        #expect(!digest.isEmpty)
    }
}
