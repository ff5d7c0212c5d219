package import HoldModel
package import RedisStore

/// The proof that all keys were walked, which it takes to put seats on sale. Only the walks make it.
package struct KeyspaceWalk: Sendable, Hashable {}

/// Adds to a census the tokens that Redis has got since, and finds their events by their hashes.
package struct CensusWalk: Sendable {
    package let store: HoldStore
    package let shard: Shard
    /// Where a walk of the index begins. Only a run that writes nothing walks by scores.
    var indexStart = IndexPlace.start

    /// - Parameter shard: the shard whose tokens are kept. Others are forgotten once their event is known, and read again by the
    ///   next walk, which costs Redis some work, but no memory here.
    package init(_ store: HoldStore, shard: Shard = .whole) {
        self.store = store
        self.shard = shard
    }

    /// Adds the members of the index.
    package func index(_ census: inout Census) async throws {
        try await settle(census.takeStrays(), &census)
        if try await store.indexType() == "zset" {
            try await store.walkIndex(from: indexStart) { step in
                // Nearly all are known, which their digests show.
                var new: [HoldToken] = []
                step.withEachMember { token, _ in if census.notice(token) { new.append(HoldToken(copying: token)) } }
                try await settle(new, &census)
            }
        }
    }

    /// Adds all holds, also those that the index does not know.
    package func keyspace(_ census: inout Census) async throws -> KeyspaceWalk {
        // A token that had no hash may have one by now.
        try await settle(census.takeStrays(), &census)
        try await store.scanHolds { step in
            var new: [HoldToken] = []
            step.withEachToken { if census.notice($0) { new.append(HoldToken(copying: $0)) } }
            try await settle(new, &census)
        }
        return KeyspaceWalk()
    }

    /// Walks all keys; `nil` where it finds one of the platform's beside the index.
    package func meetingNothing() async throws -> KeyspaceWalk? {
        var isEmpty = true
        try await store.scanKeys { batch in
            if !batch.tokens.isEmpty || !batch.inventoryKeys.isEmpty { isEmpty = false }
        }
        return isEmpty ? KeyspaceWalk() : nil
    }

    /// Finds the events of tokens that are not known yet.
    package func place(_ tokens: [HoldToken], _ census: inout Census) async throws {
        var new: [HoldToken] = []
        for token in tokens where census.notice(token) { new.append(token) }
        try await settle(new, &census)
    }

    private func settle(_ new: [HoldToken], _ census: inout Census) async throws {
        for (token, place) in zip(new, try await store.places(of: new)) { settle(token, place, &census) }
    }

    func settle(_ token: HoldToken, _ place: HoldPlace, _ census: inout Census) {
        switch place {
        case .events(let events): keep(token, in: events, &census)
        case .noHash, .unknown: census.leaveStray(token)
        }
    }

    /// Keeps a token for each event that its hash names: its seats may belong to any of them.
    func keep(_ token: HoldToken, in events: [EventID], _ census: inout Census) {
        var isOwn = false
        for event in events where shard.owns(event) {
            census.place(token, in: event)
            isOwn = true
        }
        if !isOwn { census.forget(token) }
    }
}

extension IndexStep {
    /// Returns how many of its members a shard counts.
    func members(of shard: Shard) -> Int {
        shard.isWhole ? count : tokens.count { shard.owns($0) }
    }
}
