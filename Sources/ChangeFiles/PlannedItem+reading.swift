package import HoldModel

/// Reads items of a plan, which is data from outside.
extension PlannedItem {
    /// - Parameter line: one line of a plan, without its end.
    /// - Throws: where it is not exactly what ``line(why:)`` writes, but for the findings in it.
    package init(line: [UInt8]) throws(JSONScanner.Unreadable) {
        var scanner = JSONScanner(line)
        var subject: Subject?
        var (counts, holds): ([PlannedCounts], [PlannedHold]) = ([], [])
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "categories":
                counts = try scanner.elements { (element) throws(JSONScanner.Unreadable) in try PlannedCounts(&element)
                }
            case "holds":
                holds = try scanner.elements { (element) throws(JSONScanner.Unreadable) in try PlannedHold(&element) }
            case "seats", "why": _ = try scanner.value()
            case let name: subject = try Subject(name, &scanner)
            }
        }
        try scanner.end()
        guard let subject else { throw JSONScanner.Unreadable() }
        self.init(subject, counts: counts, holds: holds)
        // So a name that comes twice, another order or a second spelling is no item either.
        guard isLine(line) else { throw JSONScanner.Unreadable() }
    }

    /// Whether a line of a plan says these changes, whatever findings are in it.
    package func isLine(_ line: [UInt8]) -> Bool {
        var expected = JSONLine()
        expected.object { line in
            write(&line)
            line.name("why")
        }
        return line.starts(with: expected.bytes.dropLast())
    }
}

extension PlannedCounts {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var category: CategoryID?
        var before = InventoryState.absent
        var (after, version): (Counts?, Int64?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "category": category = CategoryID(try scanner.foreign())
            case "before": before = try InventoryState(&scanner)
            case "after":
                let numbers = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in
                    try scanner.numbers()
                }
                guard let numbers else { return }
                after = Counts(
                    total: try numbers.required("total"), sold: try numbers.required("sold"),
                    pending: try numbers.required("pending"), available: try numbers.required("available"))
                version = numbers["version"]
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let category else { throw JSONScanner.Unreadable() }
        self.init(category: category, before: before, after: after, version: version)
    }
}

extension [String: Int64] {
    fileprivate func required(_ name: String) throws(JSONScanner.Unreadable) -> Int64 {
        guard let number = self[name] else { throw JSONScanner.Unreadable() }
        return number
    }
}

extension JSONScanner {
    /// Reads an object of numbers; those that are `null` are left out.
    mutating func numbers() throws(Unreadable) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        try object { (name, scanner) throws(Unreadable) in
            numbers[String(decoding: name, as: UTF8.self)] = try scanner.optional { (scanner) throws(Unreadable) in
                try scanner.integer()
            }
        }
        return numbers
    }

    /// Reads an object of texts; `nil` for `null`, and an empty one for the words "another type".
    fileprivate mutating func fields() throws(Unreadable) -> (fields: [String: [UInt8]], isHash: Bool)? {
        try optional { (scanner) throws(Unreadable) in
            guard scanner.isNext(UInt8(ascii: "{")) else {
                guard try scanner.string() == Array("another type".utf8) else { throw Unreadable() }
                return ([:], false)
            }
            var fields: [String: [UInt8]] = [:]
            try scanner.object { (name, scanner) throws(Unreadable) in
                fields[String(decoding: name, as: UTF8.self)] = try scanner.foreign()
            }
            return (fields, true)
        }
    }
}

extension InventoryState {
    init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        guard let (fields, isHash) = try scanner.fields() else {
            self = .absent
            return
        }
        self =
            isHash
            ? .hash(
                InventoryFields(
                    total: fields["total"], sold: fields["sold"], pending: fields["pending"],
                    available: fields["available"], version: fields["version"])) : .otherType
    }
}

extension HoldFence {
    init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        guard let (fields, isHash) = try scanner.fields() else {
            self = .absent
            return
        }
        self = isHash ? .hash(status: fields["status"], expiresAtEpoch: fields["expiresAtEpoch"]) : .otherType
    }
}

extension PlannedHold {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var token: HoldToken?
        var before = HoldFence.absent
        var (edit, member): (Edit?, Member?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "hold": token = HoldToken(try scanner.foreign())
            case "before": before = try HoldFence(&scanner)
            case "hash": edit = try Edit(&scanner)
            case "member": member = try Member(&scanner)
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let token, let edit, let member else { throw JSONScanner.Unreadable() }
        self.init(token: token, before: before, edit: edit, member: member)
    }
}

extension PlannedHold.Edit {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        guard scanner.isNext(UInt8(ascii: "{")) else {
            switch String(decoding: try scanner.string(), as: UTF8.self) {
            case "keep": self = .keep
            case "delete": self = .delete
            default: throw JSONScanner.Unreadable()
            }
            return
        }
        var (kind, status, order, reason): (String?, HoldStatus?, OrderID?, Cause?)
        var (lines, seconds): ([SeatLine], Int64?) = ([], nil)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            let name = String(decoding: name, as: UTF8.self)
            switch name {
            case "write", "renew", "close":
                kind = name
                status = HoldStatus(rawValue: String(decoding: try scanner.string(), as: UTF8.self))
            case "order": order = OrderID(try scanner.foreign())
            case "reason": reason = Cause(rawValue: String(decoding: try scanner.string(), as: UTF8.self))
            case "entries":
                lines = try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in try SeatLine(&scanner) }
            case "expiresAtEpoch":
                seconds = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in try scanner.integer() }
            default: throw JSONScanner.Unreadable()
            }
        }
        switch (kind, status, order, reason, seconds) {
        case ("write", let status?, let order?, nil, _):
            self = .write(as: status, order: order, lines: lines, expiresAtEpoch: seconds)
        case ("renew", let status?, let order?, nil, nil): self = .renew(as: status, order: order)
        case ("close", let status?, nil, let reason?, nil): self = .close(as: status, reason: reason)
        case (nil, nil, nil, nil, let seconds?): self = .date(seconds)
        default: throw JSONScanner.Unreadable()
        }
    }
}

extension PlannedHold.Member {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        guard scanner.isNext(UInt8(ascii: "\"")) else {
            self = .score(try scanner.integer())
            return
        }
        switch String(decoding: try scanner.string(), as: UTF8.self) {
        case "keep": self = .keep
        case "remove": self = .remove
        case "expiry": self = .expiry
        default: throw JSONScanner.Unreadable()
        }
    }
}

extension SeatLine {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Unreadable) {
        var (category, quantity): (CategoryID?, Int64?)
        try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
            switch String(decoding: name, as: UTF8.self) {
            case "category": category = CategoryID(try scanner.foreign())
            case "quantity": quantity = try scanner.integer()
            default: throw JSONScanner.Unreadable()
            }
        }
        guard let category, let quantity else { throw JSONScanner.Unreadable() }
        self.init(category: category, quantity: quantity)
    }
}
