/// States of Redis as sides of a finding.
extension FindingState {
    package init(_ state: InventoryState) {
        switch state {
        case .absent: self = .absent
        case .otherType: self = .otherType
        case .hash(let fields): self = .inventory(fields)
        }
    }

    package init(_ fence: HoldFence) {
        switch fence {
        case .absent: self = .absent
        case .otherType: self = .otherType
        case .hash(let status, let expiresAtEpoch):
            self = .hold(
                status: printable(status ?? []), expiresAtEpoch: expiresAtEpoch.flatMap { decimalInteger($0) })
        }
    }
}
