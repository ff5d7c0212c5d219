package import HoldModel

extension HoldStore {
    /// Whether the counts of events stand as they were created: then so does what their script wrote with them.
    ///
    /// - Returns: for each; where it is no, a look must tell what is there.
    package func stand(_ creations: [EventCreation], of table: SnapshotTable) async throws -> [Bool] {
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
}
