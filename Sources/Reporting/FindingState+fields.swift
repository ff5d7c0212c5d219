import HoldModel

extension FindingState {
    /// The state's fields in the order in which people read them. A value is `nil` where the server does not have the
    /// field.
    var fields: [(name: String, value: [UInt8]?)] {
        switch self {
        case .absent: return []
        case .otherType: return [("type", Array("not a hash".utf8))]
        case .inventory(let fields):
            return [
                ("total", fields.total), ("sold", fields.sold), ("pending", fields.pending),
                ("available", fields.available), ("version", fields.version),
            ]
        case .counts(let counts, let version):
            let numbers = [
                ("total", counts.total), ("sold", counts.sold), ("pending", counts.pending),
                ("available", counts.available),
            ]
            return numbers.map { ($0.0, Array(String($0.1).utf8)) }
                + (version.map { [("version", Array(String($0).utf8))] } ?? [])
        case .hold(let status, let expiresAtEpoch):
            return [("status", Array(status.utf8))]
                + (expiresAtEpoch.map { [("expiresAtEpoch", Array(String($0).utf8))] } ?? [])
        case .score(let score): return [("score", score)]
        case .text(let text): return [("state", Array(text.utf8))]
        }
    }
}
