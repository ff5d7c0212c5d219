import HoldModel

extension RewrittenHold {
    /// The hash as one word.
    func payload(metadata: [UInt8], entries: [UInt8]) -> [UInt8] {
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
