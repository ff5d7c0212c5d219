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

    /// The run that may write holds this key (design section 4); neither of the platform's patterns matches it.
    package let lease: [UInt8]

    package init(prefix: String) {
        self.prefix = Array(prefix.utf8)
        index = self.prefix + Array("holds:expiration-index".utf8)
        lease = self.prefix + Array("hold-reconciler:lease".utf8)
        holdPrefix = self.prefix + Array("holds:".utf8)
        inventoryPrefix = self.prefix + Array("inventory:".utf8)
    }

    package func hold(_ token: HoldToken) -> [UInt8] {
        holdPrefix + token.bytes
    }

    package func inventory(_ event: EventID, _ category: CategoryID) -> [UInt8] {
        inventoryPrefix + event.bytes + [UInt8(ascii: ":")] + category.bytes
    }

    /// The token of a hold's key; `nil` for the index and for keys that are no hold's.
    package func token(ofKey key: [UInt8]) -> HoldToken? {
        guard key.starts(with: holdPrefix), key != index else { return nil }
        return HoldToken(Array(key.dropFirst(holdPrefix.count)))
    }

    /// Every event and category that an inventory key can stand for: ids may hold `:` themselves, so a key with more
    /// than one is ambiguous and only SQL can tell which reading exists.
    package func inventoryReadings(ofKey key: [UInt8]) -> [(event: EventID, category: CategoryID)] {
        guard key.starts(with: inventoryPrefix) else { return [] }
        let name = key.dropFirst(inventoryPrefix.count)
        return name.indices.filter { name[$0] == UInt8(ascii: ":") }.map { colon in
            (EventID(Array(name[..<colon])), CategoryID(Array(name[(colon + 1)...])))
        }
    }

    /// Whether the key of a hold with this token would be the index itself.
    package static func isIndexName(_ token: HoldToken) -> Bool {
        token.bytes == Array("expiration-index".utf8)
    }

    /// The pattern for `SCAN` of all keys below one of the prefixes, its own characters escaped.
    package static func pattern(startingWith prefix: [UInt8]) -> [UInt8] {
        var pattern: [UInt8] = []
        for byte in prefix {
            if "*?[]^\\-".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
            pattern.append(byte)
        }
        return pattern + [UInt8(ascii: "*")]
    }
}
