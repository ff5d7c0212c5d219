/// The part of the work that one of several processes does: part `index` of `count`, counted from 0.
///
/// The hash of an event's id says which shard it belongs to, with everything in it. What belongs to no event, such as a
/// stray hold or an orphan inventory hash, goes by the hash of its own name. So each thing belongs to one shard, and
/// the shards' counts add up.
package struct Shard: Sendable, Hashable {
    package static let greatestCount = 1024
    /// All of the work, for a run that is not split.
    package static let whole = Shard(index: 0, count: 1)

    package let index: Int
    package let count: Int

    private init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Reads `I/N`; `nil` for anything else, and where I is not below N.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let index = decimalInteger(Array(parts[0])),
            let count = decimalInteger(Array(parts[1])),
            (1...Int64(Self.greatestCount)).contains(count), (0..<count).contains(index)
        else { return nil }
        self.init(index: Int(index), count: Int(count))
    }

    package var isWhole: Bool {
        self == .whole
    }

    /// All shards of the work, this one among them.
    package var all: [Shard] {
        (0..<count).map { Shard(index: $0, count: count) }
    }

    package func owns<Entity>(_ id: Identifier<Entity>) -> Bool {
        owns(id.bytes)
    }

    /// Whether the thing with this name belongs to this shard.
    package func owns(_ name: [UInt8]) -> Bool {
        isWhole || stableHash(name) % UInt64(count) == UInt64(index)
    }
}

extension Shard: CustomStringConvertible {
    package var description: String {
        "\(index)/\(count)"
    }
}
