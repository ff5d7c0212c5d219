/// A hold hash written again from its order, such that the platform's own scripts can go on with it: flow B must be
/// able to claim it and the cleaner to release it, flow A and a paid order must be able to finalize it (design
/// section 3).
package struct RewrittenHold: Sendable, Hashable {
    package let token: HoldToken
    package let order: OrderID
    package let event: EventID
    package let lines: [SeatLine]
    package let terms: RewrittenTerms

    package init(order: Order, now: Timestamp, policy: Policy) {
        token = order.token
        self.order = order.id
        event = order.event
        // SQL does not keep the order of a hold's entries; any fixed one lets a caller that reads the hash agree with it.
        lines = order.lines.sorted { $0.category < $1.category }
        terms = RewrittenTerms(order.times, now: now, policy: policy)
    }

    package var status: HoldStatus { terms.status }
    package var createdAt: Timestamp { terms.createdAt }
    package var expiresAt: Timestamp { terms.expiresAt }
    package var expiresAtEpoch: Int64 { terms.expiresAtEpoch }
    package var keyExpiresAtEpoch: Int64 { terms.keyExpiresAtEpoch }

    /// `metadata` of a hold of this event: `requesterId` is not in SQL, so it names this program.
    package static func metadata(of event: EventID) -> [UInt8] {
        var json = JSONBytes()
        json.literal(#"{"eventId":"#)
        json.string(event.bytes)
        json.literal(#","requesterId":"hold-reconciler"}"#)
        return json.bytes
    }

    /// `entries`, a JSON array of the contract's shape.
    package var entries: [UInt8] {
        var text: [UInt8] = []
        writeEntries(to: &text)
        return text
    }

    /// About how many bytes that is.
    package var entriesSize: Int {
        lines.reduce(2) { $0 + 48 + event.bytes.count + $1.category.bytes.count }
    }

    /// Writes ``entries`` in the place of what `text` has.
    package func writeEntries(to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        var json = JSONBytes()
        swap(&json.bytes, &text)
        defer { swap(&json.bytes, &text) }
        for (position, line) in lines.enumerated() {
            json.literal(position == 0 ? #"[{"eventId":"# : #",{"eventId":"#)
            json.string(event.bytes)
            json.literal(#","categoryId":"#)
            json.string(line.category.bytes)
            json.literal(#","quantity":"#)
            json.number(line.quantity)
            json.literal("}")
        }
        json.literal("]")
    }
}

/// JSON built as bytes, for the few fields that the platform keeps as JSON. Text must be UTF-8, which SQL's always is.
private struct JSONBytes {
    var bytes: [UInt8] = []

    mutating func literal(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func number(_ number: Int64) {
        appendDecimalDigits(number, to: &bytes)
    }

    mutating func string(_ text: [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard text.contains(where: Self.isEscaped) else {
            bytes.append(contentsOf: text)
            return
        }
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x00..<0x20:
                let digits = String(byte, radix: 16)
                literal(byte < 0x10 ? "\\u000" + digits : "\\u00" + digits)
            default:
                bytes.append(byte)
            }
        }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
