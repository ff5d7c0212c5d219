extension HoldState {
    /// Reads the fields of a hold hash (design section 3: whole, zombie or malformed).
    package init(status: [UInt8]?, expiresAtEpoch: [UInt8]?, entries: [UInt8]?) {
        guard let entries else {
            self = .zombie
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
            // Nothing of an ended hold counts any more, so nothing in it can be wrong enough to stop an event.
            self = .whole(Hold(status: known, expiresAtEpoch: 0, event: EventID(""), lines: []))
            return
        }
        guard let expiresAtEpoch, let expiry = decimalInteger(expiresAtEpoch),
            expiry.magnitude <= greatestSeatCount
        else {
            // A score is a double: a larger number is none that the index can keep.
            self = .malformed("expiresAtEpoch is no integer, or none that an index score can keep")
            return
        }
        do throws(HoldEntries.Unreadable) {
            let entries = try HoldEntries(json: entries)
            self = .whole(Hold(status: known, expiresAtEpoch: expiry, event: entries.event, lines: entries.lines))
        } catch {
            self = .malformed(error.reason)
        }
    }
}
