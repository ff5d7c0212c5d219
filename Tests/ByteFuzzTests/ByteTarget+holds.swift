@testable import HoldModel
@testable import RedisStore

extension ByteTarget {
    /// Texts that the platform keeps in Redis, one behind the other with a NUL between them.
    static func readHoldTexts(_ bytes: [UInt8]) throws(Wrong) {
        let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
        try readEntries(fields[0])
        _ = HoldEntries.events(namedIn: fields[0])
        _ = FinalizerMessage(fields[0])
        _ = HoldMetadata(json: fields[0])
        func field(_ place: Int) -> [UInt8]? { place < fields.count ? fields[place] : nil }
        let state = HoldState(
            status: field(1), expiresAtEpoch: field(2), entries: field(0), expiresAt: field(3))
        if case .whole(let hold) = state, hold.status.isActive, hold.lines.contains(where: { $0.quantity < 1 }) {
            throw Wrong("an active hold has no seats in a line")
        }
        _ = InventoryState(fields: fields.prefix(5).map { RedisReply.string($0) }.padded(to: 5)[...])
        _ = StatedExpiry(expiresAtEpoch: field(2), expiresAt: field(3))
            .settled(score: field(4).map { .score($0) } ?? .noMember, now: Timestamp(milliseconds: 1_800_000_000_000))
    }

    /// The quick reader and the whole one must agree; a blank in front is no matter to the one, and too much for the other.
    private static func readEntries(_ json: [UInt8]) throws(Wrong) {
        let whole = try? HoldEntries(json: [UInt8(ascii: " ")] + json)
        var scanner = PlainEntriesScanner(json)
        guard scanner.scan() != nil else { return }
        if (try? HoldEntries(json: json)) != whole { throw Wrong("the two readers of entries disagree") }
    }
}

extension [RedisReply] {
    fileprivate func padded(to count: Int) -> [RedisReply] {
        self + Array(repeating: .null, count: Swift.max(count - self.count, 0))
    }
}
