/// The part of the work that one of several processes does: of `count` parts that with `index`, from 0 on.
///
/// An event belongs to the shard that the hash of its id says, and so does everything of it. What belongs to no event,
/// such as a stray hold or an orphan inventory hash, goes by its own name; so each thing is one shard's, and what the
/// shards count adds up.
package struct Shard: Sendable, Hashable {
    package static let greatestCount = 1024
    /// All of the work: what a run does that is not split.
    package static let whole = Shard(index: 0, count: 1)

    package let index: Int
    package let count: Int

    private init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Reads `I/N`; `nil` for anything else, and for what is no part.
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

    /// All shards that share the work with this one, itself among them.
    package var all: [Shard] {
        (0..<count).map { Shard(index: $0, count: count) }
    }

    package func owns<Entity>(_ id: Identifier<Entity>) -> Bool {
        owns(id.bytes)
    }

    /// Whether what has this name is a part of this shard's work.
    package func owns(_ name: [UInt8]) -> Bool {
        isWhole || stableHash(name) % UInt64(count) == UInt64(index)
    }
}

extension Shard: CustomStringConvertible {
    package var description: String {
        "\(index)/\(count)"
    }
}
