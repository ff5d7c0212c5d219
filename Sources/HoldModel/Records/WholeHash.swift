/// All fields of a hash, and when Redis drops it.
package struct WholeHash: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: [UInt8]
        package let value: [UInt8]

        package init(name: [UInt8], value: [UInt8]) {
            (self.name, self.value) = (name, value)
        }
    }

    package var fields: [Field]
    /// In milliseconds since 1970; `nil` for a hash that stays.
    package var expiresAt: Int64?

    package init(fields: [Field], expiresAt: Int64?) {
        (self.fields, self.expiresAt) = (fields, expiresAt)
    }

    /// The value of a field; `nil` where it is missing.
    package subscript(name: StaticString) -> [UInt8]? {
        let wanted = Array(name.description.utf8)
        return fields.first { $0.name == wanted }?.value
    }

    /// Returns the same hash with another value of a field, which it gets where it has none.
    package func setting(_ name: StaticString, to value: [UInt8]) -> WholeHash {
        let field = Field(name: Array(name.description.utf8), value: value)
        var hash = self
        if let place = fields.firstIndex(where: { $0.name == field.name }) {
            hash.fields[place] = field
        } else {
            hash.fields.append(field)
        }
        return hash
    }
}

extension InventoryState {
    /// Makes the state that a survey sees of this hash.
    package init(_ hash: WholeHash) {
        self = .hash(
            InventoryFields(
                total: hash["total"], sold: hash["sold"], pending: hash["pending"], available: hash["available"],
                version: hash["version"]))
    }
}

extension HoldFence {
    /// Makes the fence of this hash.
    package init(_ hash: WholeHash) {
        self = .hash(status: hash["status"], expiresAtEpoch: hash["expiresAtEpoch"])
    }
}
