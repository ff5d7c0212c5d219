import HoldModel

extension CountChange {
    /// Appends the arguments of one inventory hash, as the header of the apply script lists them.
    func encode(into words: inout WordBuffer, payloads: inout PayloadWriter?) {
        words.append(before.fence)
        switch edit {
        case .write: break
        case .delete:
            words.append("delete")
            return
        case .whole(let hash):
            words.append("whole")
            words.append(hash.packed)
            return
        }
        if payloads != nil, before == .absent {
            payloads?.write(counts, version: version)
            words.append("restore")
            words.append(payloads?.bytes ?? [])
        } else {
            words.append("write")
            for number in [counts.total, counts.sold, counts.pending, counts.available, version] {
                words.append(number)
            }
        }
    }
}
