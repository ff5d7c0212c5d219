/// Names of fields as bytes, made once: every hash has ten of them (contract section 2).
enum FieldName {
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
