extension HoldState {
    /// Reads an ended hold, for which every value will do: it counts for nothing, so nothing in it can be wrong enough
    /// to stop an event. Its entries matter only where SQL does not know what a finalized one has sold.
    private static func ended(_ status: HoldStatus, _ entries: [UInt8]) -> Hold {
        let nothing = Hold(status: status, expiresAtEpoch: 0, event: EventID(""), lines: [])
        guard status == .finalized else { return nothing }
        do throws(HoldEntries.Unreadable) {
            let sold = try HoldEntries(json: entries)
            return Hold(status: status, expiresAtEpoch: 0, event: sold.event, lines: sold.lines)
        } catch {
            return nothing
        }
    }

    /// Reads the fields of a hold hash (design section 3: whole, zombie, malformed or foreign).
    package init(status: [UInt8]?, expiresAtEpoch: [UInt8]?, entries: [UInt8]?, expiresAt: [UInt8]? = nil) {
        guard Self.isHolds(status, expiresAtEpoch, entries) else {
            self = .foreign("a hash without a hold's fields")
            return
        }
        guard let entries else {
            // Sold is sold, even where the entries are gone.
            if let status, HoldStatus(bytes: status) == .finalized {
                self = .whole(Self.ended(.finalized, []))
            } else {
                self = .zombie
            }
            return
        }
        guard let status, let known = HoldStatus(bytes: status) else {
            let name =
                status.map { "'" + printable(Array($0.prefix(40))) + ($0.count > 40 ? "…" : "") + "'" }
                ?? "is missing, which"
            self = .malformed("status \(name) is none of the contract (ops/contract.md)")
            return
        }
        guard known.isActive else {
            self = .whole(Self.ended(known, entries))
            return
        }
        let stated = StatedExpiry(expiresAtEpoch: expiresAtEpoch, expiresAt: expiresAt)
        guard let seconds = stated.seconds else {
            // A score is a double, so the index cannot keep a larger number.
            self = .malformed("expiresAtEpoch is no integer, or none that an index score can keep")
            return
        }
        do throws(HoldEntries.Unreadable) {
            let entries = try HoldEntries(json: entries)
            self = .whole(Hold(status: known, stated, seconds, event: entries.event, lines: entries.lines))
        } catch {
            self = .malformed(error.reason)
        }
    }

    /// Whether a hash is a hold's, by the fields that the platform's scripts write. Acquire writes all of them; a
    /// commit after the end of the hash writes a status alone. Statistics and notes that others keep under such a name
    /// have none of them.
    private static func isHolds(_ status: [UInt8]?, _ expiresAtEpoch: [UInt8]?, _ entries: [UInt8]?) -> Bool {
        if let status, HoldStatus(bytes: status) != nil { return true }
        guard let entries else { return expiresAtEpoch != nil }
        return status != nil || expiresAtEpoch != nil
            || entries.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "[")
    }
}
