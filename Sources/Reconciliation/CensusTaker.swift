import HoldModel
package import PostgresSource
package import RedisStore

/// Takes the census: walks the index, where asked for the keyspace as well, and finds each token's event.
package struct CensusTaker: Sendable {
    package struct Result: Sendable {
        package var census = Census()
        package var indexMembers = 0
        /// Inventory hashes that SQL has no category for.
        package var orphanInventory: [[UInt8]] = []
        package var inventoryKeys = 0
        /// Where index and keyspace were walked, and no key of the platform's was there.
        var emptiness: Emptiness?
    }

    private let source: PostgresSource
    private let store: HoldStore
    private let progress: ProgressSink

    package init(_ source: PostgresSource, _ store: HoldStore, progress: @escaping ProgressSink) {
        self.source = source
        self.store = store
        self.progress = progress
    }

    /// - Parameters:
    ///   - index: whether there is an index to walk.
    ///   - keyspace: whether to scan all keys as well, for holds that the index does not know and for orphan inventory.
    package func take(index: Bool, keyspace: Bool) async throws -> Result {
        var result = Result()
        if index {
            try await store.scanIndex { members in
                result.indexMembers += members.count
                try await place(members, &result.census)
                progress(RunProgress(phase: .census, done: result.indexMembers, total: nil))
            }
        }
        if keyspace {
            var scanned = 0
            try await store.scanKeys { batch in
                try await place(batch.tokens, &result.census)
                result.inventoryKeys += batch.inventoryKeys.count
                result.orphanInventory += try await orphans(among: batch.inventoryKeys)
                scanned += batch.tokens.count + batch.inventoryKeys.count
                progress(RunProgress(phase: .keyspace, done: scanned, total: nil))
            }
        }
        if keyspace && result.census.count == 0 && result.inventoryKeys == 0 {
            result.emptiness = Emptiness(since: .now)
        }
        try await placeByOrder(&result.census)
        return result
    }

    /// Adds what Redis has come to know since the census was taken, by a whole walk of the index, and of the keyspace
    /// where asked for.
    func extend(_ census: inout Census, keyspace: Bool) async throws {
        // A token without a hash may have been acquired since.
        try await settle(census.takeStrays(), &census)
        if try await store.indexType() == "zset" {
            try await store.scanIndex { try await place($0, &census) }
        }
        if keyspace {
            try await store.scanKeys { try await place($0.tokens, &census) }
        }
    }

    /// Finds the events of tokens that are not known yet.
    func place(_ tokens: [HoldToken], _ census: inout Census) async throws {
        var new: [HoldToken] = []
        for token in tokens where census.notice(token) { new.append(token) }
        try await settle(new, &census)
    }

    private func settle(_ new: [HoldToken], _ census: inout Census) async throws {
        for (token, place) in zip(new, try await store.places(of: new)) {
            switch place {
            case .events(let events):
                for event in events { census.place(token, in: event) }
            case .noHash, .unknown: census.leaveStray(token)
            }
        }
    }

    /// A hold whose hash says nothing may still have an order that does.
    func placeByOrder(_ census: inout Census) async throws {
        let strays = census.takeStrays()
        for start in stride(from: 0, to: strays.count, by: 1000) {
            let batch = strays[start..<min(start + 1000, strays.count)]
            let orders = try await source.orders(of: Array(batch))
            let events = Dictionary(orders.map { ($0.token, $0.event) }, uniquingKeysWith: { first, _ in first })
            for token in batch {
                if let event = events[token] { census.place(token, in: event) } else { census.leaveStray(token) }
            }
        }
    }

    /// A key with more than one `:` in its ids has several readings; it is an orphan where SQL knows none of them.
    func orphans(among keys: [[UInt8]]) async throws -> [[UInt8]] {
        if keys.isEmpty { return [] }
        var readings: [(event: EventID, category: CategoryID)] = []
        var owners: [Int] = []
        for (position, key) in keys.enumerated() {
            for reading in store.keys.inventoryReadings(ofKey: key) {
                readings.append(reading)
                owners.append(position)
            }
        }
        var exists = Array(repeating: false, count: keys.count)
        for (owner, known) in zip(owners, try await source.categoriesExist(readings)) where known {
            exists[owner] = true
        }
        return keys.indices.filter { !exists[$0] }.map { keys[$0] }
    }
}
