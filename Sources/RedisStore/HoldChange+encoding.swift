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

extension CountChange {
    /// Appends the arguments of one inventory hash, as the header of the apply script lists them.
    func encode(into words: inout WordBuffer, form: HashForm) {
        words.append(fence)
        switch form {
        case .payload:
            var payload = HashPayload()
            payload.add(FieldName.total, counts.total)
            payload.add(FieldName.sold, counts.sold)
            payload.add(FieldName.pending, counts.pending)
            payload.add(FieldName.available, counts.available)
            payload.add(FieldName.version, version)
            words.append("restore")
            words.append(payload.finished())
        case .fields:
            words.append("write")
            for number in [counts.total, counts.sold, counts.pending, counts.available, version] {
                words.append(number)
            }
        }
    }
}

extension RewrittenHold {
    fileprivate func payload(metadata: [UInt8], entries: [UInt8]) -> [UInt8] {
        var payload = HashPayload()
        payload.add(FieldName.token, token.bytes)
        payload.add(FieldName.status, status.bytes)
        payload.add(FieldName.createdAt, createdAt.iso8601Bytes)
        payload.add(FieldName.expiresAt, expiresAt.iso8601Bytes)
        payload.add(FieldName.expiresAtEpoch, expiresAtEpoch)
        payload.add(FieldName.metadata, metadata)
        payload.add(FieldName.entries, entries)
        payload.add(FieldName.traceId, FieldName.ourTrace)
        payload.add(FieldName.orderId, order.bytes)
        if status != .held { payload.add(FieldName.orderReference, order.bytes) }
        return payload.finished()
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

/// Names of fields as bytes, made once: every hash has ten of them.
private enum FieldName {
    static let total = Array("total".utf8)
    static let sold = Array("sold".utf8)
    static let pending = Array("pending".utf8)
    static let available = Array("available".utf8)
    static let version = Array("version".utf8)
    static let token = Array("token".utf8)
    static let status = Array("status".utf8)
    static let createdAt = Array("createdAt".utf8)
    static let expiresAt = Array("expiresAt".utf8)
    static let expiresAtEpoch = Array("expiresAtEpoch".utf8)
    static let metadata = Array("metadata".utf8)
    static let entries = Array("entries".utf8)
    static let traceId = Array("traceId".utf8)
    static let orderId = Array("orderId".utf8)
    static let orderReference = Array("orderReference".utf8)
    /// `traceId` of every hold that the program writes.
    static let ourTrace = Array("hold-reconciler".utf8)
}
