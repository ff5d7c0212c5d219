import HoldModel
import PlatformAPI
import Testing

/// The comparison of one hold's numbers: what must be equal, and what others may move.
@Suite("a spot check") struct SpotCheckTests {
    @Test func ofEqualNumbersFindsNothing() throws {
        let sample = Sample()
        #expect(try sample.differences == [])
        let check = try sample.check
        #expect(check.isOurs && check.isUndisturbed)
    }

    static let wrong: [(subject: String, change: @Sendable (inout Sample) -> Void)] = [
        ("hold", { $0.state = .absent }),
        ("hold", { $0.state = .zombie }),
        ("hold", { $0.state = .malformed("entries") }),
        ("hold", { $0.status = .checkoutPending }),
        ("seats", { $0.lines = [SeatLine(category: CategoryID("stalls"), quantity: 3)] }),
        ("seats", { $0.lines.append(SeatLine(category: CategoryID("circle"), quantity: 1)) }),
        ("requester", { $0.requester = #"{"requesterId":"somebody"}"# }),
        ("requester", { $0.requester = "no JSON" }),
        ("token", { $0.ownToken = "other" }),
        ("order", { $0.orders = [OrderID("order-1")] }),
        ("expiry", { $0.score = .score(Array("1600000".utf8)) }),
        ("expiry", { $0.score = .noMember }),
        ("expiry", { $0.hashExpiry += 1 }),
        ("expiry in words", { $0.expiresAt = "2033-05-18T03:43:21.000Z" }),
        ("expiry in words", { $0.hashExpiresAt = nil }),
        ("hash", { $0.timeToLive = nil }),
        ("hash", { $0.timeToLive = 300_000 }),
        ("hold time", { $0.holdTTL = 900 }),
        ("reserved", { $0.reserved = 1 }),
        ("total", { $0.total += 1 }),
        ("total", { $0.sqlTotal += 1 }),
        ("available", { $0.available -= 1 }),
        ("pending", { $0.pending += 1 }),
        ("available", { $0.after.available += 1 }),
        ("sum", { $0.available = .max }),
        ("sold", { $0.sqlSold -= 1 }),
        ("categories", { $0.category = "circle" }),
    ]

    @Test(arguments: wrong.indices) func namesWhatDiffers(_ position: Int) throws {
        let (subject, change) = Self.wrong[position]
        var sample = Sample()
        change(&sample)
        #expect(try sample.differences.contains(subject))
        #expect(try !sample.check.isUndisturbed)
    }

    @Test func allowsWhatOthersDoMeanwhile() throws {
        var sample = Sample()
        // Somebody took five seats after the answer, and somebody else two before it.
        sample.version += 2
        sample.after = Counts(total: 100, sold: 10, pending: 14, available: 76)
        (sample.available, sample.pending) = (81, 9)
        #expect(try sample.differences == [])
        #expect(try !sample.check.isUndisturbed)
        // Seats that are neither on sale nor held nor sold are impossible, whoever buys.
        sample.available = 80
        #expect(try sample.differences == ["sum"])
        (sample.available, sample.pending) = (89, 1)
        #expect(try sample.differences == ["pending"])
    }

    @Test func allowsSalesMeanwhile() throws {
        var sample = Sample()
        sample.version += 1
        sample.after = Counts(total: 100, sold: 12, pending: 5, available: 83)
        (sample.sqlSoldAfter, sample.available, sample.pending) = (12, 83, 7)
        #expect(try sample.differences == [])
        (sample.available, sample.pending) = (83, 8)
        #expect(try sample.differences == ["sum"])
    }

    @Test func leavesAFinalizerUnderWayToCheck() throws {
        var sample = Sample()
        sample.sqlSold += 2
        #expect(try sample.differences == [])
        #expect(try sample.check.lines.contains { $0.subject == "sold" && $0.result == .note })
    }

    @Test func doesNotCrashOnNumbersThatAreTooLarge() throws {
        var sample = Sample()
        (sample.available, sample.pending, sample.expiry) = (.max, .max, .max)
        sample.after = Counts(total: .min, sold: .max, pending: .max, available: .max)
        #expect(try sample.differences.contains("sum"))
    }
}
