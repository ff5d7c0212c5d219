extension HoldState {
    /// Reads the fields of a hold hash (design section 3: whole, zombie or malformed).
    package init(status: [UInt8]?, expiresAtEpoch: [UInt8]?, entries: [UInt8]?) {
        guard let entries else {
            self = .zombie
            return
        }
        guard let status, let known = HoldStatus(bytes: status) else {
            let name = status.map { "'" + printable($0) + "'" } ?? "is missing, which"
            self = .malformed("status \(name) is none that the contract names")
            return
        }
        guard known.isActive else {
            // Nothing of an ended hold counts any more, so nothing in it can be wrong enough to stop an event.
            self = .whole(Hold(status: known, expiresAtEpoch: 0, event: EventID(""), lines: []))
            return
        }
        guard let expiresAtEpoch, let expiry = decimalInteger(expiresAtEpoch) else {
            self = .malformed("expiresAtEpoch is no integer")
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
