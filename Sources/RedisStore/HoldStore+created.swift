package import HoldModel

extension HoldStore {
    /// Whether the counts of events stand as they were created, and the index with them: each version says that nobody has
    /// moved a seat since, and the index, which is one key and is lost as a whole, is told by one member of each event.
    ///
    /// - Returns: for each; where it is no, a look must tell what is there.
    package func stand(_ creations: [EventCreation], of table: SnapshotTable) async throws -> [Bool] {
        let counts = try await countsStand(creations, of: table)
        let asked = creations.indices.filter { counts[$0] && !creations[$0].holds.isEmpty }
        var packing = GlancePacking(keys: keys)
        for place in asked { packing.addScores(of: [table.token(of: creations[place].holds[0])]) }
        var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys)
        var stand = counts
        for place in asked {
            var isDoubtful = false
            // Whatever is no score leaves it to a look.
            let scores = try? reading.scores(1, &isDoubtful)
            let expected = creations[place].holds[0].terms.expiresAtEpoch
            stand[place] = !isDoubtful && scores?.first?.seconds == expected
        }
        return stand
    }

    private func countsStand(_ creations: [EventCreation], of table: SnapshotTable) async throws -> [Bool] {
        var packing = GlancePacking(keys: keys)
        for creation in creations { packing.addCounts(of: creation.event, of: table) }
        var replies = TapeReading(try await connection.replies(to: packing.sequences))
        return creations.map { creation in
            var stands = true
            for counts in creation.counts {
                let isSame = replies.texts(5) { tape, at in
                    let expected = [counts.total, counts.sold, counts.pending, counts.available, 1]
                    return expected.enumerated().allSatisfy { place, number in
                        decimalInteger(tape.bytes.span.extracting(tape.parts[at + place].range)) == number
                    }
                }
                if isSame == nil { replies.skip(1) }
                stands = stands && isSame == true
            }
            return stands
        }
    }

    /// Whether all holds of an event are there that were created slice by slice, and the index with them.
    ///
    /// Redis may evict each hash by itself. The index is one key, which is lost as a whole, with the members of all slices
    /// up to then; and what the platform does to a single member shows in the counts, or is the cleaner's right. So a member
    /// of each slice tells of the others.
    ///
    /// - Parameter creation: its holds in the order in which they were written.
    /// - Returns: `false` also where plain commands cannot tell.
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

    /// Holds asked for together: requests and replies of so many are in memory at once.
    private static var holdsAtOnce: Int { 20_000 }
}

extension SnapshotTable {
    fileprivate func token(of hold: EventCreation.NewHold) -> HoldToken {
        identifier(orders[hold.order].token)
    }
}
