package import HoldModel
package import PostgresSource
package import RedisStore

/// Takes the census: walks the index and, where the route says so, the keyspace, and finds each token's event.
package struct CensusTaker: Sendable {
    package struct Result: Sendable {
        package var census = Census()
        /// The index members that this shard counts.
        package var indexMembers = 0
        /// Inventory hashes of this shard that SQL has no category for.
        package var orphanInventory: [[UInt8]] = []
        /// Inventory hashes of all shards; ``orphans`` are those of them that SQL has no category for.
        package var inventoryKeys = 0
        package var orphans = 0
        /// Orphans of other shards, whose holds only another run knows. As many are kept as a run keeps disputes.
        var orphansOfOthers: [[UInt8]] = []
        /// Where the walk of the index goes on, beside the walk over SQL's events; `nil` where it is complete.
        var rest: IndexPlace?
        /// The proof that Redis is empty: index and keyspace were walked, and had none of the platform's keys that this
        /// shard looks at.
        var emptiness: Emptiness?
    }

    /// How many inventory keys SQL is asked about together: for many more it would read all of its categories each time.
    private static let keysAtOnce = 400
    /// How many such questions may wait for their answers.
    private static let questionsAtOnce = 2

    let source: PostgresSource
    var walk: CensusWalk
    private let progress: ProgressSink

    var store: HoldStore { walk.store }
    var shard: Shard { walk.shard }

    /// - Parameters:
    ///   - shard: see ``CensusWalk``.
    package init(
        _ source: PostgresSource, _ store: HoldStore, shard: Shard = .whole, progress: @escaping ProgressSink
    ) {
        self.source = source
        walk = CensusWalk(store, shard: shard)
        self.progress = progress
    }

    /// Walks the index, and the keyspace where the route says so, for holds that the index does not know and for orphan
    /// inventory.
    ///
    /// Where tokens wait for the walk over SQL and the keyspace is not walked, ``EventWalk`` walks the index, beside
    /// SQL. With the keyspace the index comes first: only then is it known which holds the keyspace alone has.
    package func take(_ route: RunRoute) async throws -> Result {
        let (awaits, keyspace) = (route.firstPass == .ordersFirst, route.walksKeyspace)
        var result = Result()
        var scanned = 0
        result.census.isAwaiting = awaits
        result.rest = route.indexStart
        if let place = result.rest, keyspace || !awaits {
            try await store.walkIndex(from: place) { step in
                if step.isNewStart { (result.indexMembers, scanned) = (0, 0) }
                result.indexMembers += step.members(of: shard)
                if awaits {
                    step.withEachMember { result.census.await(TokenDigest($0), MemberScore($1)) }
                    result.census.shown.append(PackedTokens(step.tokens))
                } else {
                    try await walk.place(step.tokens, &result.census)
                }
                scanned += step.count
                progress(RunProgress(phase: .census, done: scanned, total: nil))
            }
            result.rest = nil
        }
        let hasOwnInventory = keyspace ? try await walkKeyspace(&result) : false
        try await placeByOrder(&result.census)
        if keyspace {
            result.census.walked = KeyspaceWalk()
            result.emptiness = Emptiness(tokens: result.census.count, hasInventory: hasOwnInventory, at: .now)
            if result.emptiness != nil { result.census.isAwaiting = false }
        }
        return result
    }

    /// Walks all keys; SQL is asked beside the walk which of the inventory keys are orphans.
    ///
    /// - Returns: whether an inventory key may be that of an event of this shard.
    private func walkKeyspace(_ result: inout Result) async throws -> Bool {
        var (scanned, hasOwnInventory, unasked, asked) = (0, false, [[UInt8]](), 0)
        try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            try await store.scanKeys { batch in
                if result.census.isAwaiting {
                    result.census.awaitUnindexed(batch.tokens)
                } else {
                    try await walk.place(batch.tokens, &result.census)
                }
                result.inventoryKeys += batch.inventoryKeys.count
                hasOwnInventory = hasOwnInventory || batch.inventoryKeys.contains(where: mayBeOwn)
                unasked += batch.inventoryKeys
                if unasked.count >= Self.keysAtOnce {
                    if asked == Self.questionsAtOnce, let orphans = try await group.next() {
                        take(orphans, &result)
                        asked -= 1
                    }
                    let keys = unasked
                    (unasked, asked) = ([], asked + 1)
                    group.addTask { try await orphans(among: keys) }
                }
                scanned += batch.tokens.count + batch.inventoryKeys.count
                progress(RunProgress(phase: .keyspace, done: scanned, total: nil))
            }
            while let orphans = try await group.next() { take(orphans, &result) }
        }
        take(try await orphans(among: unasked), &result)
        return hasOwnInventory
    }

    /// Adds orphans. The number of all of them decides whether any may be deleted.
    private func take(_ orphans: [[UInt8]], _ result: inout Result) {
        result.orphans += orphans.count
        result.orphanInventory += orphans.filter { shard.owns($0) }
        if !shard.isWhole, result.orphansOfOthers.count < DisputedCategories.room {
            result.orphansOfOthers += orphans.filter { !shard.owns($0) }
        }
    }

    /// Walks all holds, and reads each for its event.
    package func take(index: Bool, keyspace: Bool) async throws -> Result {
        try await take(RunRoute(holdsBeside: index, walksKeyspace: keyspace))
    }

    /// Whether an inventory key may be that of an event of this shard.
    private func mayBeOwn(_ key: [UInt8]) -> Bool {
        shard.isWhole || store.keys.inventoryReadings(ofKey: key).contains { shard.owns($0.event) }
    }

    /// Finds, by their orders, the events of tokens whose hash does not name one.
    ///
    /// - Returns: the events that such orders name.
    @discardableResult
    func placeByOrder(_ census: inout Census) async throws -> Set<EventID> {
        var named: Set<EventID> = []
        let strays = census.takeStrays()
        for start in stride(from: 0, to: strays.count, by: 1000) {
            let batch = strays[start..<min(start + 1000, strays.count)]
            // If several orders name one token, it belongs to the event of the open one.
            let events = try await source.orders(byTokenOf: Array(batch)).mapValues(\.event)
            for token in batch {
                if let event = events[token] {
                    walk.keep(token, in: [event], &census)
                    named.insert(event)
                } else if shard.owns(token) {
                    census.leaveStray(token)
                } else {
                    census.forget(token)
                }
            }
        }
        return named
    }

    /// Returns the inventory keys whose category SQL does not have. Where ids contain `:` a key has several readings;
    /// it is an orphan where SQL has none of them.
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
