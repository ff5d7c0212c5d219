import HoldModel

/// Collects keys under the platform's names that are not the platform's, such as locks, statistics and histories. A run
/// leaves them as they are, and reports them in one note: some by name, the others by their number.
struct ForeignKeys {
    private static let named = 10
    /// How many bytes of a name a note shows; a name may have any length.
    private static let longestName = 80

    private var first: [String] = []
    private(set) var count = 0

    mutating func add(_ key: [UInt8]) {
        count += 1
        // The names that come first in their order, so that two runs tell the same.
        let name = printable(Array(key.prefix(Self.longestName))) + (key.count > Self.longestName ? "…" : "")
        first.insert(name, at: first.firstIndex { name < $0 } ?? first.endIndex)
        if first.count > Self.named { first.removeLast() }
    }

    /// The note; `nil` where there are none.
    ///
    /// - Parameter what: in words, what these keys are not.
    func note(_ what: String) -> Finding? {
        if count == 0 { return nil }
        let others = count > first.count ? ", and \(count - first.count) more" : ""
        let keys = count == 1 ? "1 key" : "\(count) keys"
        return Finding(
            .foreignKey, event: nil, detail: "\(keys) \(what), left: " + first.joined(separator: ", ") + others,
            outcome: .noted)
    }
}
