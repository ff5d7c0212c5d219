package import HoldModel

/// The first line of a plan.
package struct PlanHeader: Sendable, Hashable {
    /// What `format` says in each plan.
    static let format = "hold-reconciler plan"
    /// The newest version of the format that this program knows.
    static let version: Int64 = 1

    package struct Totals: Sendable, Hashable {
        package var events: Int64 = 0
        package var categories: Int64 = 0
        package var holds: Int64 = 0
        /// Seats that the plan puts on sale, and seats that it takes off it.
        package var seatsOnSale: Int64 = 0
        package var seatsOffSale: Int64 = 0
        /// Items that belong to no event.
        package var others: Int64 = 0
        /// Bytes of the lines after the header.
        package var bytes: Int64 = 0

        package init() {}

        package mutating func add(_ item: PlannedItem, bytes: Int) {
            if case .event = item.subject {
                events += 1
                categories += Int64(item.counts.count)
            } else {
                others += 1
            }
            holds += Int64(item.holds.count)
            self.bytes += Int64(bytes)
            for counts in item.counts {
                let raise = counts.raise
                func sum(_ total: Int64) -> Int64 {
                    let (sum, overflow) = total.addingReportingOverflow(Int64(clamping: raise.magnitude))
                    return overflow ? .max : sum
                }
                if raise > 0 { seatsOnSale = sum(seatsOnSale) } else { seatsOffSale = sum(seatsOffSale) }
            }
        }

        fileprivate var named: [(StaticString, Int64)] {
            [
                ("events", events), ("categories", categories), ("holds", holds), ("seatsOnSale", seatsOnSale),
                ("seatsOffSale", seatsOffSale), ("others", others), ("bytes", bytes),
            ]
        }

        fileprivate init(_ numbers: [String: Int64]) throws(JSONScanner.Unreadable) {
            self.init()
            events = numbers["events"] ?? 0
            categories = numbers["categories"] ?? 0
            holds = numbers["holds"] ?? 0
            seatsOnSale = numbers["seatsOnSale"] ?? 0
            seatsOffSale = numbers["seatsOffSale"] ?? 0
            others = numbers["others"] ?? 0
            guard let bytes = numbers["bytes"], bytes >= 0 else { throw JSONScanner.Unreadable() }
            self.bytes = bytes
        }
    }

    package var origin: Origin
    /// The events that the run was about; `nil` for all.
    package var events: [EventID]?
    /// The times of the first and the last snapshot, and the last one's position in the write-ahead log.
    package var snapshots: (first: String, last: String, lsn: String)?
    package var totals: Totals

    package init(origin: Origin, events: [EventID]?, snapshots: (String, String, String)?, totals: Totals) {
        (self.origin, self.events, self.snapshots, self.totals) = (origin, events, snapshots, totals)
    }

    package static func == (one: PlanHeader, other: PlanHeader) -> Bool {
        one.text(checksum: 0) == other.text(checksum: 0)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text(checksum: 0)) }

    /// - Parameter checksum: of the lines after the header and then of the header itself with zero for a checksum.
    func text(checksum: UInt64) -> [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.text("format", Self.format)
            line.number("version", Self.version)
            origin.write(&line)
            line.name("events")
            if let events { line.array(events) { $1.text($0.bytes) } } else { line.null() }
            line.name("snapshot")
            if let snapshots {
                line.object { line in
                    line.text("firstAt", snapshots.first)
                    line.text("lastAt", snapshots.last)
                    line.text("lsn", snapshots.lsn)
                }
            } else {
                line.null()
            }
            line.name("totals")
            line.object { line in
                for (name, number) in totals.named {
                    line.name(name)
                    line.number(number)
                }
            }
            line.text("checksum", hexadecimal(checksum))
        }
        return line.bytes
    }

    /// Returns the checksum of a plan whose lines have one already.
    ///
    /// - Parameter length: bytes of the first line, which ends in spaces.
    func checksum(after lines: UInt64, length: Int) -> UInt64 {
        CRC64.checksum(of: line(checksum: 0, length: length).span, after: lines)
    }

    /// Returns the first line, without its end.
    func line(checksum: UInt64, length: Int) -> [UInt8] {
        let text = text(checksum: checksum)
        return text + repeatElement(UInt8(ascii: " "), count: max(length - text.count, 0))
    }
}

/// Sixteen digits.
func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

extension PlanHeader {
    /// What a first line can be instead of a plan's of a format that is known.
    enum Unknown: Error {
        case newer(Int64)
        case unreadable
    }

    /// Reads a first line.
    static func reading(_ line: [UInt8]) throws(Unknown) -> (header: PlanHeader, checksum: UInt64) {
        do {
            var scanner = JSONScanner(line)
            var (format, version, checksum): (String?, Int64?, UInt64?)
            var (origin, totals) = (OriginReading(), Totals?.none)
            var (events, snapshots): ([EventID]?, (String, String, String)?)
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                let name = String(decoding: name, as: UTF8.self)
                switch name {
                case "format": format = try scanner.word()
                case "version": version = try scanner.integer()
                case "events":
                    events = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in
                        try scanner.elements { (scanner) throws(JSONScanner.Unreadable) in
                            EventID(try scanner.foreign())
                        }
                    }
                case "snapshot":
                    snapshots = try scanner.optional { (scanner) throws(JSONScanner.Unreadable) in
                        try scanner.snapshots()
                    }
                case "totals": totals = try Totals(try scanner.numbers())
                case "checksum": checksum = UInt64(try scanner.word(), radix: 16)
                default: if try !origin.take(name, &scanner) { _ = try scanner.value() }
                }
            }
            try scanner.end()
            guard format == Self.format, let version else { throw JSONScanner.Unreadable() }
            guard version == Self.version else { throw Unknown.newer(version) }
            guard let totals, let checksum else { throw JSONScanner.Unreadable() }
            let header = PlanHeader(
                origin: try origin.finished(), events: events, snapshots: snapshots, totals: totals)
            guard header.line(checksum: checksum, length: line.count) == line else { throw JSONScanner.Unreadable() }
            return (header, checksum)
        } catch let unknown as Unknown {
            throw unknown
        } catch {
            throw .unreadable
        }
    }
}

extension JSONScanner {
    fileprivate mutating func snapshots() throws(Unreadable) -> (String, String, String) {
        var words: [String: String] = [:]
        try object { (name, scanner) throws(Unreadable) in
            words[String(decoding: name, as: UTF8.self)] = try scanner.word()
        }
        return (words["firstAt"] ?? "", words["lastAt"] ?? "", words["lsn"] ?? "")
    }
}
