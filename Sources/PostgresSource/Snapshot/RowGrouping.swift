/// Finds the rows of one order or event among those of others, since the server sends rows in any sequence.
///
/// It is a hash table of indices by keyed hashes. Rows come by the hundred thousand, and a dictionary of ids would need
/// a value for each.
struct RowGrouping {
    /// For each hash, an index plus one; zero where there is none. The number of slots is a power of two.
    private var slots: [Int32] = Array(repeating: 0, count: 64)
    private var known: [(hash: UInt32, place: Int32)] = []

    /// - Parameter isIt: whether the thing at an index is the one.
    func place(hash: Int, where isIt: (Int) -> Bool) -> Int? {
        let hash = UInt32(truncatingIfNeeded: hash)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] > 0 {
            let entry = known[Int(slots[slot]) - 1]
            if entry.hash == hash, isIt(Int(entry.place)) { return Int(entry.place) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    mutating func add(_ place: Int, hash: Int) {
        known.append((UInt32(truncatingIfNeeded: hash), Int32(place)))
        if known.count * 2 > slots.count { return enlarge() }
        insert(known.count - 1)
    }

    private mutating func insert(_ number: Int) {
        var slot = Int(known[number].hash) & (slots.count - 1)
        while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number + 1)
    }

    private mutating func enlarge() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in known.indices { insert(number) }
    }
}
