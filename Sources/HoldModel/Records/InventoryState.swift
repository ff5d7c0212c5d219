/// The fields of an inventory hash as Redis keeps them; `nil` where the field is missing.
package struct InventoryFields: Sendable, Hashable {
    package let total: [UInt8]?
    package let sold: [UInt8]?
    package let pending: [UInt8]?
    package let available: [UInt8]?
    package let version: [UInt8]?

    package init(total: [UInt8]?, sold: [UInt8]?, pending: [UInt8]?, available: [UInt8]?, version: [UInt8]?) {
        self.total = total
        self.sold = sold
        self.pending = pending
        self.available = available
        self.version = version
    }

    /// Whether the platform's scripts made the hash, by the names of its fields. Acquire and release write `available`
    /// and `version` together, beside the `pending` that they change or the `total` that was there before.
    package var areCounts: Bool {
        available != nil && version != nil && (total != nil || pending != nil)
    }

    /// `version` as a number; `nil` where it is missing, no integer, or below zero.
    package var versionNumber: Int64? {
        guard let number = version.flatMap({ decimalInteger($0) }), number >= 0 else { return nil }
        return number
    }

    fileprivate var all: [[UInt8]?] { [total, sold, pending, available, version] }

    /// The four counts; `nil` where one is no integer.
    package var counts: Counts? {
        guard let total = total.flatMap({ decimalInteger($0) }), let sold = sold.flatMap({ decimalInteger($0) }),
            let pending = pending.flatMap({ decimalInteger($0) }),
            let available = available.flatMap({ decimalInteger($0) })
        else { return nil }
        return Counts(total: total, sold: sold, pending: pending, available: available)
    }
}

/// What Redis says of one category.
package enum InventoryState: Sendable, Hashable {
    case absent
    /// A key of another type than hash.
    case otherType
    case hash(InventoryFields)

    /// Seats that the platform's acquire would give out now; 0 where it fails on the hash.
    package var seatsOnSale: Int64 {
        guard case .hash(let fields) = self, let available = fields.available.flatMap({ decimalInteger($0) }) else {
            return 0
        }
        return min(max(available, 0), greatestSeatCount)
    }

    /// Makes the state that the apply script leaves.
    package init(_ change: CountChange) {
        switch change.edit {
        case .write: break
        case .delete:
            self = .absent
            return
        case .whole(let hash):
            self.init(hash)
            return
        }
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        let counts = change.counts
        self = .hash(
            InventoryFields(
                total: text(counts.total), sold: text(counts.sold), pending: text(counts.pending),
                available: text(counts.available), version: text(change.version)))
    }

    /// What the apply script compares before it writes the hash: `-` for no key, `!` for a key of another type, else
    /// `=` and then total, sold, pending, available and version as they stand, each with its length and a colon before
    /// it, or `-` where it is missing. `version` alone would not do, since it may go back: who rebuilds an inventory by
    /// hand begins at 1.
    package var fence: [UInt8] {
        switch self {
        case .absent: [UInt8(ascii: "-")]
        case .otherType: [UInt8(ascii: "!")]
        case .hash(let fields):
            [UInt8(ascii: "=")]
                + fields.all.flatMap { $0.map { Array("\($0.count):".utf8) + $0 } ?? [UInt8(ascii: "-")] }
        }
    }

    /// Returns the version that follows this state. It must never have been there before, for it is the platform's
    /// fence (contract section 2). Where the old one cannot be read, the clock in milliseconds is above any counter it
    /// may have been.
    package func nextVersion(now: Timestamp) -> Int64 {
        switch self {
        case .absent, .otherType: return 1
        case .hash(let fields):
            guard let version = fields.versionNumber, version < .max else { return now.milliseconds }
            return version + 1
        }
    }
}
