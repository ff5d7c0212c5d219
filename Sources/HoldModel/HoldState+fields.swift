extension HoldState {
    /// Nothing of an ended hold counts any more, so nothing in it can be wrong enough to stop an event. What a finalized one
    /// has sold is told where SQL does not know it.
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
            self = .whole(Self.ended(known, entries))
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
