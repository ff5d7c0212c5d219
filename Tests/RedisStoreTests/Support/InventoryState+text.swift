@testable import HoldModel

extension InventoryState {
    /// A state by its fence, as the apply script compares it.
    init(_ fence: String) {
        switch fence {
        case "-": self = .absent
        case "!": self = .otherType
        default:
            var rest = fence.dropFirst()
            var fields: [[UInt8]?] = []
            while let first = rest.first {
                guard first != "-", let colon = rest.firstIndex(of: ":"), let length = Int(rest[..<colon]) else {
                    fields.append(nil)
                    rest = rest.dropFirst()
                    continue
                }
                let text = rest[rest.index(after: colon)...].prefix(length)
                fields.append(Array(text.utf8))
                rest = rest[text.endIndex...]
            }
            self = .hash(
                InventoryFields(
                    total: fields[0], sold: fields[1], pending: fields[2], available: fields[3], version: fields[4]))
        }
    }
}
