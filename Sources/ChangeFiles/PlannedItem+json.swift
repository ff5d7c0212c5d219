package import HoldModel

/// Writes items as JSON, in one spelling.
extension PlannedItem {
    /// Returns the item's line of a plan, without its end.
    ///
    /// - Parameter findings: why; they come last, and are for people alone.
    package func line(why findings: [Finding] = []) -> [UInt8] {
        var line = JSONLine()
        line.object { line in
            write(&line)
            line.name("why")
            line.array(findings.lazy.filter { $0.outcome == .found }) { finding, line in
                line.object { finding.write(&$0) }
            }
        }
        return line.bytes
    }

    func write(_ line: inout JSONLine) {
        subject.write(&line)
        line.number("seats", seats)
        line.name("categories")
        line.array(counts) { counts, line in line.object { counts.write(&$0) } }
        line.name("holds")
        line.array(holds) { hold, line in line.object { hold.write(&$0) } }
    }
}

extension PlannedItem.Subject {
    func write(_ line: inout JSONLine) {
        switch self {
        case .event(let event):
            line.text("event", event.bytes)
        case .hold(let token):
            line.text("hold", token.bytes)
        case .inventory(let key):
            line.text("inventory", key)
        case .index:
            line.text("index", "remove")
        }
    }

    /// - Parameter name: of the value that comes next.
    init(_ name: String, _ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        switch name {
        case "event": self = .event(EventID(try scanner.foreign()))
        case "hold": self = .hold(HoldToken(try scanner.foreign()))
        case "inventory": self = .inventory(try scanner.foreign())
        case "index":
            guard try scanner.string() == Array("remove".utf8) else { throw JSONScanner.Unreadable() }
            self = .index
        default: throw JSONScanner.Unreadable()
        }
    }
}

extension PlannedCounts {
    fileprivate func write(_ line: inout JSONLine) {
        line.text("category", category.bytes)
        line.name("before")
        before.write(&line)
        line.name("after")
        guard let after else { return line.null() }
        line.object { line in
            line.number("total", after.total)
            line.number("sold", after.sold)
            line.number("pending", after.pending)
            line.number("available", after.available)
            line.name("version")
            if let version { line.number(version) } else { line.null() }
        }
    }
}

extension InventoryState {
    /// Writes the fields as Redis keeps them; `null` where there is no key.
    func write(_ line: inout JSONLine) {
        switch self {
        case .absent: line.null()
        case .otherType: line.text("another type")
        case .hash(let fields):
            line.object { line in
                func field(_ name: StaticString, _ value: [UInt8]?) {
                    guard let value else { return }
                    line.name(name)
                    line.text(value)
                }
                field("total", fields.total)
                field("sold", fields.sold)
                field("pending", fields.pending)
                field("available", fields.available)
                field("version", fields.version)
            }
        }
    }
}

extension HoldFence {
    func write(_ line: inout JSONLine) {
        switch self {
        case .absent: line.null()
        case .otherType: line.text("another type")
        case .hash(let status, let expiresAtEpoch):
            line.object { line in
                if let status {
                    line.text("status", status)
                }
                if let expiresAtEpoch {
                    line.text("expiresAtEpoch", expiresAtEpoch)
                }
            }
        }
    }
}

extension PlannedHold {
    fileprivate func write(_ line: inout JSONLine) {
        line.text("hold", token.bytes)
        line.name("before")
        before.write(&line)
        line.name("hash")
        switch edit {
        case .keep: line.text("keep")
        case .delete: line.text("delete")
        case .write(let status, let order, let lines, let expiresAtEpoch):
            line.object { line in
                line.text("write", status.rawValue)
                line.text("order", order.bytes)
                line.name("entries")
                line.array(lines) { entry, line in
                    line.object { line in
                        line.text("category", entry.category.bytes)
                        line.number("quantity", entry.quantity)
                    }
                }
                line.name("expiresAtEpoch")
                if let expiresAtEpoch { line.number(expiresAtEpoch) } else { line.null() }
            }
        case .renew(let status, let order):
            line.object { line in
                line.text("renew", status.rawValue)
                line.text("order", order.bytes)
            }
        case .date(let seconds):
            line.object { line in
                line.number("expiresAtEpoch", seconds)
            }
        case .close(let status, let reason):
            line.object { line in
                line.text("close", status.rawValue)
                line.text("reason", reason.rawValue)
            }
        }
        line.name("member")
        switch member {
        case .keep: line.text("keep")
        case .remove: line.text("remove")
        case .expiry: line.text("expiry")
        case .score(let seconds): line.number(seconds)
        }
    }
}

extension Finding {
    fileprivate func write(_ line: inout JSONLine) {
        line.text("cause", cause.rawValue)
        if let category {
            line.text("category", category.bytes)
        }
        if let hold {
            line.text("hold", hold.bytes)
        }
        line.number("seats", seats)
    }
}
