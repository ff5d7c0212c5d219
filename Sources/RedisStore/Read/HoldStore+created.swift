package import HoldModel

extension HoldStore {
    /// Checks that the counts of events are still as they were created, and that the index is there. The version alone
    /// would not show it: who rebuilds an inventory by hand begins at the first version as well. The index is one key,
    /// which is lost as a whole, so one member of each event is enough.
    ///
    /// - Returns: the result for each event; where it is `false`, a look must find out what is there.
    package func stand(_ creations: [EventCreation], of table: SnapshotTable) async throws -> [Bool] {
        var packing = GlancePacking(keys: keys)
        for creation in creations { packing.addCounts(of: creation.event, of: table) }
        let firsts = creations.compactMap(\.holds.first)
        packing.addScores(of: firsts.map { table.token(of: $0) })
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        let counts = creations.map { countsStand($0, &replies) }
        var reading = GlanceReading(replies, keys: keys)
        var isDoubtful = false
        // If a reply is no score, all of them need a look.
        guard let scores = try? reading.scores(firsts.count, &isDoubtful), !isDoubtful else {
            return creations.map { _ in false }
        }
        var next = scores.makeIterator()
        return zip(creations, counts).map { creation, stands in
            guard let first = creation.holds.first else { return stands }
            return next.next()?.seconds == first.terms.expiresAtEpoch && stands
        }
    }

    private func countsStand(_ creation: EventCreation, _ replies: inout TapeReading) -> Bool {
        let (place, counts) = (replies.place, creation.counts)
        let stand = replies.all(counts.count, areTexts: 5) { tape, at, number in
            let truth = counts[number]
            return [truth.total, truth.sold, truth.pending, truth.available, 1].enumerated().allSatisfy {
                decimalInteger(tape.bytes.span.extracting(tape.parts[at + $0].range)) == $1
            }
        }
        if !stand {
            replies.go(to: place)
            replies.skip(counts.count)
        }
        return stand
    }

    /// Checks that all holds of an event that were created slice by slice are there, and the index with them.
    ///
    /// Redis may evict each hash by itself. The index is one key, which is lost as a whole, with the members of all
    /// slices written so far. What the platform does to a single member shows in the counts, or is what the cleaner may
    /// do. So one member of each slice is enough.
    ///
    /// - Parameter creation: its holds must be in the order in which they were written.
    /// - Returns: `false` also where plain commands cannot decide it.
    package func holdsStand(_ creation: EventCreation, of table: SnapshotTable) async throws -> Bool {
        for start in stride(from: 0, to: creation.holds.count, by: Self.holdsAtOnce) {
            let holds = creation.holds[start..<min(start + Self.holdsAtOnce, creation.holds.count)]
            let tokens = holds.map { table.token(of: $0) }
            let hashes = tokens.map { keys.hold($0) }
            let asked = Array(stride(from: 0, to: tokens.count, by: ScriptBudget.leastKeys))
            var packing = GlancePacking(keys: keys)
            packing.addScores(of: asked.map { tokens[$0] })
            packing.addExistence(of: hashes)
            var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys)
            do throws(GlanceReading.Unreadable) {
                var isDoubtful = false
                let scores = try reading.scores(asked.count, &isDoubtful)
                let areIndexed = zip(asked, scores).allSatisfy {
                    $1.seconds == holds[start + $0].terms.expiresAtEpoch
                }
                guard areIndexed, !isDoubtful, try reading.existing(hashes) == hashes.count else { return false }
            } catch {
                return false
            }
        }
        return true
    }

    /// How many holds are read together; the requests and replies of so many are in memory at once.
    private static var holdsAtOnce: Int { 20_000 }
}

extension SnapshotTable {
    fileprivate func token(of hold: EventCreation.NewHold) -> HoldToken {
        identifier(orders[hold.order].token)
    }
}
