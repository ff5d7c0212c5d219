/// The names of the platform's keys under one deployment's prefix (contract section 2).
package struct KeySpace: Sendable, Hashable {
    /// For example `eventix:dev:`; may be empty.
    package let prefix: [UInt8]
    /// `holds:expiration-index`; note that it matches the pattern of the hold hashes.
    package let index: [UInt8]
    /// What comes before the token in a hold's key.
    package let holdPrefix: [UInt8]
    /// What comes before `{eventId}:{categoryId}` in an inventory key.
    package let inventoryPrefix: [UInt8]

    /// The key that the one run that may write owns (design section 4); each shard has its own. Neither of the
    /// platform's patterns matches it.
    package let lease: [UInt8]
    /// The lease of a run that is not split. While shards run, it says how many they are: no unsplit run, and no shard
    /// of another number, may write then.
    package let commonLease: [UInt8]
    package let shard: Shard

    private static let indexName = Array("expiration-index".utf8)

    package init(prefix: String, shard: Shard = .whole) {
        self.prefix = Array(prefix.utf8)
        self.shard = shard
        index = self.prefix + Array("holds:expiration-index".utf8)
        commonLease = self.prefix + Array("hold-reconciler:lease".utf8)
        lease = commonLease + (shard.isWhole ? [] : Array(":\(shard)".utf8))
        holdPrefix = self.prefix + Array("holds:".utf8)
        inventoryPrefix = self.prefix + Array("inventory:".utf8)
    }

    /// The leases of the other shards that share the work.
    package var otherLeases: [[UInt8]] {
        shard.all.filter { $0 != shard }.map { commonLease + Array(":\($0)".utf8) }
    }

    package func hold(_ token: HoldToken) -> [UInt8] {
        holdPrefix + token.bytes
    }

    package func inventory(_ event: EventID, _ category: CategoryID) -> [UInt8] {
        inventoryPrefix + event.bytes + [UInt8(ascii: ":")] + category.bytes
    }

    /// Returns the token of a hold's key; `nil` for the index and for keys that are no hold's.
    package func token(ofKey key: [UInt8]) -> HoldToken? {
        guard key.starts(with: holdPrefix), key != index else { return nil }
        return HoldToken(Array(key.dropFirst(holdPrefix.count)))
    }

    /// Returns every pair of event and category that an inventory key can stand for. Ids may contain `:`, so a key with
    /// more than one is ambiguous; only SQL can tell which reading exists.
    package func inventoryReadings(ofKey key: [UInt8]) -> [(event: EventID, category: CategoryID)] {
        guard key.starts(with: inventoryPrefix) else { return [] }
        let name = key.dropFirst(inventoryPrefix.count)
        return name.indices.filter { name[$0] == UInt8(ascii: ":") }.map { colon in
            (EventID(Array(name[..<colon])), CategoryID(Array(name[(colon + 1)...])))
        }
    }

    /// Whether the key of a hold with this token would be the index itself.
    package static func isIndexName(_ token: HoldToken) -> Bool {
        isIndexName(token.bytes.span)
    }

    package static func isIndexName(_ token: Span<UInt8>) -> Bool {
        token.isEqual(to: indexName.span)
    }

    /// Returns the pattern by which `SCAN` finds all keys with a prefix, whose own pattern characters are escaped.
    package static func pattern(startingWith prefix: [UInt8]) -> [UInt8] {
        var pattern: [UInt8] = []
        for byte in prefix {
            if "*?[]^\\-".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
            pattern.append(byte)
        }
        return pattern + [UInt8(ascii: "*")]
    }
}
