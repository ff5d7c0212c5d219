import HoldModel

extension HoldChange {
    /// Appends the arguments of one hold, as the header of the apply script lists them.
    ///
    /// - Parameter payloads: the writer, begun with the hold's event; `nil` where fields are sent.
    func encode(into words: inout WordBuffer, payloads: inout PayloadWriter?) {
        words.append(fence.text)
        switch index {
        case .keep: words.append("keep")
        case .remove: words.append("remove")
        case .score(let seconds): words.append(seconds)
        case .text(let score): words.append(score)
        }
        switch hash {
        case .keep: words.append("keep")
        case .delete: words.append("delete")
        case .replace(let written):
            if payloads != nil, fence == .absent, written.fitsPayload {
                payloads?.write(written)
                words.append("restore")
                words.append(payloads?.bytes ?? [])
                words.append(written.terms.keyExpiresAt)
            } else {
                words.append("write")
                words.append(written.status.rawValue)
                words.append(written.createdAt.iso8601Bytes)
                words.append(written.expiresAt.iso8601Bytes)
                words.append(written.expiresAtEpoch)
                words.append(written.entries)
                words.append(written.order.bytes)
                words.append(written.keyExpiresAtEpoch)
                words.append(written.metadata ?? [])
            }
        case .renew(let status, let order, let expiresAt, let keyExpiresAtEpoch):
            words.append("renew")
            words.append(status.rawValue)
            words.append(order.bytes)
            words.append(expiresAt.iso8601Bytes)
            words.append(expiresAt.secondsRoundedUp)
            words.append(keyExpiresAtEpoch)
        case .date(let seconds):
            words.append("date")
            words.append(seconds)
        case .whole(let hash):
            words.append("whole")
            words.append(hash.packed)
            words.append(hash.expiresAt ?? 0)
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

extension WholeHash {
    /// All fields as the header of the apply script describes them.
    var packed: [UInt8] {
        fields.flatMap { field in
            [field.name, field.value].flatMap { Array("\($0.count):".utf8) + $0 }
        }
    }
}

extension RewrittenTerms {
    /// When Redis drops the hash, in milliseconds since 1970, or the last instant that fits.
    var keyExpiresAt: Int64 {
        let (product, overflow) = keyExpiresAtEpoch.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product
    }
}
