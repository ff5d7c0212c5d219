import HoldModel

extension HoldChange {
    /// Appends the arguments of one hold, as the header of the apply script lists them.
    ///
    /// - Parameter metadata: that of the hold's event.
    func encode(into words: inout WordBuffer, form: HashForm, metadata: [UInt8]) {
        words.append(fence.text)
        switch index {
        case .keep: words.append("keep")
        case .remove: words.append("remove")
        case .score(let seconds): words.append(seconds)
        }
        switch hash {
        case .keep: words.append("keep")
        case .delete: words.append("delete")
        case .replace(let written):
            let entries = written.entries
            if form == .payload, entries.count < HashForm.greatestValue {
                words.append("restore")
                words.append(written.payload(metadata: metadata, entries: entries))
                words.append(written.keyExpiresAtEpoch.multipliedByThousand)
            } else {
                words.append("write")
                words.append(written.status.rawValue)
                words.append(written.createdAt.iso8601Bytes)
                words.append(written.expiresAt.iso8601Bytes)
                words.append(written.expiresAtEpoch)
                words.append(entries)
                words.append(written.order.bytes)
                words.append(written.keyExpiresAtEpoch)
            }
        case .close(let status, let at, let reason, let keptFor):
            words.append("close")
            words.append(status.rawValue)
            words.append(status == .finalized ? "finalizedAt" : "releasedAt")
            words.append(at.iso8601)
            words.append(status == .finalized ? "" : "hold-reconciler:\(reason.rawValue)")
            words.append(at.adding(seconds: keptFor).secondsRoundedUp)
        }
    }
}

extension HashForm {
    /// A larger value in the compact encoding would be moved about with every change of another field.
    fileprivate static let greatestValue = 1000
}

extension Int64 {
    /// Seconds as milliseconds; the last instant there is where they do not fit.
    fileprivate var multipliedByThousand: Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product
    }
}
