import HoldModel

/// Writes whole hashes as payloads, one after the other, with what they have in common encoded once.
struct PayloadWriter {
    private static let token = HashPayload.Part(FieldName.token)
    private static let status = HashPayload.Part(FieldName.status)
    private static let createdAt = HashPayload.Part(FieldName.createdAt)
    private static let expiresAt = HashPayload.Part(FieldName.expiresAt)
    private static let expiresAtEpoch = HashPayload.Part(FieldName.expiresAtEpoch)
    private static let entries = HashPayload.Part(FieldName.entries)
    private static let orderId = HashPayload.Part(FieldName.traceId, FieldName.ourTrace, FieldName.orderId)
    private static let orderReference = HashPayload.Part(FieldName.orderReference)
    private static let total = HashPayload.Part(FieldName.total)
    private static let sold = HashPayload.Part(FieldName.sold)
    private static let pending = HashPayload.Part(FieldName.pending)
    private static let available = HashPayload.Part(FieldName.available)
    private static let version = HashPayload.Part(FieldName.version)

    private var payload = HashPayload()
    private var entriesText: [UInt8] = []
    private var metadata = HashPayload.Part()

    /// What was written last.
    var bytes: [UInt8] { payload.bytes }

    /// Begins with the holds of an event.
    mutating func begin(_ event: EventID) {
        metadata = HashPayload.Part(FieldName.metadata, RewrittenHold.metadata(of: event))
    }

    mutating func write(_ hold: RewrittenHold) {
        hold.writeEntries(to: &entriesText)
        payload.begin()
        payload.add(Self.token)
        payload.add(hold.token.bytes)
        payload.add(Self.status)
        payload.add(hold.status.bytes)
        payload.add(Self.createdAt)
        payload.add(hold.createdAt)
        payload.add(Self.expiresAt)
        payload.add(hold.expiresAt)
        payload.add(Self.expiresAtEpoch)
        payload.add(hold.expiresAtEpoch)
        payload.add(metadata)
        payload.add(Self.entries)
        payload.add(entriesText)
        payload.add(Self.orderId)
        payload.add(hold.order.bytes)
        if hold.status != .held {
            payload.add(Self.orderReference)
            payload.add(hold.order.bytes)
        }
        payload.end()
    }

    mutating func write(_ counts: Counts, version: Int64) {
        payload.begin()
        payload.add(Self.total)
        payload.add(counts.total)
        payload.add(Self.sold)
        payload.add(counts.sold)
        payload.add(Self.pending)
        payload.add(counts.pending)
        payload.add(Self.available)
        payload.add(counts.available)
        payload.add(Self.version)
        payload.add(version)
        payload.end()
    }
}

extension RewrittenHold {
    /// A larger value in the compact encoding would be moved about with every change of another field.
    private static let greatestValue = 1000

    /// Whether the hash is small enough for a payload; else it is better kept in fields.
    var fitsPayload: Bool {
        entriesSize < Self.greatestValue
    }
}
