import ChangeFiles
import HoldModel

/// Writes to the journal what is about to be changed: whole keys as they are, and what is left of them.
extension HoldRepairs {
    /// Sends parts of a plan, each once its entry is on disk. A part whose keys are not what its fence says is not sent.
    ///
    /// - Parameters:
    ///   - entries: one for each part; `nil` where its keys have moved, which is then its outcome.
    ///   - send: sends the parts at these places, and is told to whom their outcomes go.
    func journaled(
        _ journal: JournalWriter, _ entries: [Journaled], record: ([WriteOutcome]) -> Void,
        send: ([Int], ([WriteOutcome]) -> Void) async throws -> Void
    ) async throws {
        var outcomes: [WriteOutcome] = entries.map { entry in
            switch entry {
            case .entry: .unwritten
            case .moved(let key): .moved(key: key)
            }
        }
        defer { record(outcomes) }
        let places = entries.indices.filter { if case .entry = entries[$0] { true } else { false } }
        if places.isEmpty { return }
        let first = try journal.record(
            places.compactMap { if case .entry(let entry) = entries[$0] { entry } else { nil } })
        var sent: [WriteOutcome] = []
        defer { for (place, outcome) in zip(places, sent) { outcomes[place] = outcome } }
        defer {
            for (number, outcome) in sent.enumerated() { note(JournalOutcome(outcome), of: first + Int64(number)) }
        }
        try await send(places) { sent = $0 }
    }

    enum Journaled {
        case entry(JournalEntry)
        case moved(key: [UInt8])
    }

    /// Notes the outcome of an entry. Where the file takes no more, the next entry fails, before anything is changed; an undo then
    /// looks for itself what was written.
    func note(_ outcome: JournalOutcome?, of entry: Int64?) {
        guard let journal, let outcome, let entry else { return }
        try? journal.note(outcome, of: entry)
    }

    /// Records all members of an index that is about to go; nothing of one that is no sorted set.
    func recordMembers(of key: [UInt8], in journal: JournalWriter) async throws {
        var cursor = Array("0".utf8)
        repeat {
            var command = RedisCommand("ZSCAN")
            command.append(key)
            command.append(cursor)
            command.append("COUNT")
            command.append(1000)
            let reply = try await connection.replies(to: [command])[0]
            if case .error(let message) = reply, message.hasPrefix("WRONGTYPE") {
                _ = try journal.record([JournalEntry(.index)])
                return
            }
            guard let parts = reply.array, parts.count == 2, let next = parts[0].bytes, let words = parts[1].array
            else {
                throw connection.unexpected("ZSCAN of the index for the journal")
            }
            cursor = next
            let members = stride(from: 0, to: words.count - 1, by: 2).map { place in
                JournalEntry.Hold(
                    token: HoldToken(words[place].bytes ?? []), before: .untouched, score: words[place + 1].bytes,
                    after: .absent, index: .remove)
            }
            if !members.isEmpty { _ = try journal.record([JournalEntry(.index, holds: members)]) }
        } while cursor != Array("0".utf8)
    }

    /// Reads all keys of plans.
    func entries(of plans: [EventPlan]) async throws -> [Journaled] {
        var reading = try await ImageReading(
            connection, keys, tokens: plans.flatMap { $0.holds.map(\.token) },
            inventories: plans.flatMap { plan in plan.counts.map { keys.inventory(plan.event, $0.category) } })
        return plans.map { plan in
            var entry = JournalEntry(
                plan.event.bytes.isEmpty && plan.counts.isEmpty && plan.holds.count == 1
                    ? .hold(plan.holds[0].token) : .event(plan.event))
            var moved: [UInt8]?
            for change in plan.holds {
                let (image, score) = reading.nextHold()
                if image.holdFence != change.fence { moved = moved ?? keys.hold(change.token) }
                entry.holds.append(
                    JournalEntry.Hold(
                        token: change.token, before: image, score: score, after: change.fenceAfter,
                        index: change.index))
            }
            for change in plan.counts {
                let image = reading.nextInventory()
                if image.inventory != change.before { moved = moved ?? keys.inventory(plan.event, change.category) }
                entry.counts.append(
                    JournalEntry.Counts(category: change.category, before: image, after: InventoryState(change)))
            }
            return moved.map { .moved(key: $0) } ?? .entry(entry)
        }
    }

    /// Reads inventory hashes that are about to be deleted.
    func entries(deleting orphans: [(key: [UInt8], fence: [UInt8])]) async throws -> [Journaled] {
        var reading = try await ImageReading(connection, keys, tokens: [], inventories: orphans.map(\.key))
        return orphans.map { key, fence in
            let image = reading.nextInventory()
            if image.inventory?.fence != fence { return .moved(key: key) }
            let counts = JournalEntry.Counts(category: CategoryID([]), before: image, after: .absent)
            return .entry(JournalEntry(.inventory(key), counts: [counts]))
        }
    }

    /// Increments of an event's counts, perhaps with the hold that they release.
    struct Increments {
        let event: EventID
        /// What is added to total, sold and pending of each category.
        let shifts: [(category: CategoryID, total: Int64, sold: Int64, pending: Int64)]
        var released: (hold: HeldHold, status: HoldStatus)?
    }

    /// Reads the keys of counts that are about to be changed by increments, one after the other: each entry goes on from what
    /// the one before it leaves.
    func entries(of increments: [Increments]) async throws -> [JournalEntry] {
        let names = increments.flatMap { change in change.shifts.map { keys.inventory(change.event, $0.category) } }
        let inventories = Array(Set(names))
        var reading = try await ImageReading(
            connection, keys, tokens: increments.compactMap { $0.released?.hold.token }, inventories: inventories)
        let holds = increments.map { $0.released.map { _ in reading.nextHold() } }
        var images: [[UInt8]: KeyImage] = [:]
        for name in inventories { images[name] = reading.nextInventory() }
        return zip(increments, holds).map { change, seen in
            var entry = JournalEntry(.event(change.event))
            if let (held, status) = change.released, let (image, score) = seen {
                let closing = HoldChange(
                    token: held.token, fence: held.fence,
                    hash: .close(status: status, at: Timestamp(milliseconds: 0), reason: .expiredHold, keptFor: 0),
                    index: .remove)
                entry.holds.append(
                    JournalEntry.Hold(
                        token: held.token, before: image, score: score, after: closing.fenceAfter, index: .remove))
            }
            for shift in change.shifts {
                let name = keys.inventory(change.event, shift.category)
                let before = images[name] ?? .absent
                let after = before.inventory?.shifted(shift.total, shift.sold, shift.pending) ?? .absent
                entry.counts.append(JournalEntry.Counts(category: shift.category, before: before, after: after))
                images[name] = before.setting(after)
            }
            return entry
        }
    }
}

extension KeyImage {
    /// Returns the same key with other counts.
    fileprivate func setting(_ state: InventoryState) -> KeyImage {
        guard case .hash(let hash) = self, case .hash(let fields) = state else { return self }
        let values: [(StaticString, [UInt8]?)] = [
            ("total", fields.total), ("sold", fields.sold), ("pending", fields.pending),
            ("available", fields.available), ("version", fields.version),
        ]
        return .hash(values.reduce(hash) { hash, field in field.1.map { hash.setting(field.0, to: $0) } ?? hash })
    }
}

extension JournalOutcome {
    /// - Returns: `nil` for what was written.
    fileprivate init?(_ outcome: WriteOutcome) {
        switch outcome {
        case .applied: return nil
        case .moved, .unwritten: self = .unwritten
        case .unknown: self = .unknown
        }
    }
}

extension InventoryState {
    /// Returns the state after increments, if nobody else changes it.
    fileprivate func shifted(_ total: Int64, _ sold: Int64, _ pending: Int64) -> InventoryState {
        guard case .hash(let fields) = self, let counts = fields.counts, let version = fields.versionNumber else {
            return self
        }
        func sum(_ one: Int64, _ other: Int64) -> [UInt8] { Array(String(one &+ other).utf8) }
        let free = counts.total &- counts.sold &- counts.pending
        let freeAfter = free &+ total &- sold &- pending
        // Of an oversold category only seats that are promised to nobody go on sale.
        let available = max(freeAfter, 0) &- max(free, 0)
        return .hash(
            InventoryFields(
                total: sum(counts.total, total), sold: sum(counts.sold, sold), pending: sum(counts.pending, pending),
                available: sum(counts.available, available), version: sum(version, 1)))
    }
}

extension HoldChange {
    /// The state of the hash that the change leaves.
    var fenceAfter: HoldFence {
        func text(_ number: Int64) -> [UInt8] { Array(String(number).utf8) }
        func present(_ status: HoldStatus?, _ seconds: Int64?) -> HoldFence {
            guard case .hash(let before, let expiry) = fence else {
                return .hash(status: status?.bytes, expiresAtEpoch: seconds.map(text))
            }
            return .hash(status: status?.bytes ?? before, expiresAtEpoch: seconds.map(text) ?? expiry)
        }
        switch hash {
        case .keep: return fence
        case .delete: return .absent
        case .replace(let hold): return present(hold.status, hold.expiresAtEpoch)
        case .renew(let status, _, let expiresAt, _): return present(status, expiresAt.secondsRoundedUp)
        case .date(let seconds): return present(nil, seconds)
        case .whole(let hash): return HoldFence(hash)
        case .close(let status, _, _, _): return present(status, nil)
        }
    }
}
