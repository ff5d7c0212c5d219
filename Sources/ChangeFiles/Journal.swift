package import HoldModel
package import LocalFiles

/// A journal that is to be undone. The entries stay in the file; in memory is where each begins.
package final class Journal: Sendable {
    private static let longestLine = 1 << 28
    /// Bytes of `"0123456789abcdef"}`.
    private static let lengthOfEnd = 19

    package let origin: Origin
    /// Whether the file ends in the middle of a line, whose change was never sent.
    package let isCut: Bool
    private let file: LinedFile
    private let places: [PlannedItem.Subject: [LinePlace]]

    /// Reads and checks the whole file, up to its last whole line.
    ///
    /// - Throws: ``UnusableFile``, also where the file cannot be read.
    package init(at path: String) throws(UnusableFile) {
        let file = try LinedFile(at: path)
        var origin: Origin?
        var (isCut, number, checksum): (Bool, Int, UInt64) = (false, 0, 0)
        var entries: [(subject: PlannedItem.Subject, place: LinePlace)?] = []
        try file.forEachLine(atMost: Self.longestLine) { (line, place, isWhole) throws(UnusableFile) in
            guard isWhole else {
                isCut = true
                return
            }
            number += 1
            checksum = CRC64.checksum(
                of: line.span.extracting(0..<max(line.count - Self.lengthOfEnd, 0)), after: checksum)
            guard line.suffix(Self.lengthOfEnd).elementsEqual("\"\(hexadecimal(checksum))\"}".utf8) else {
                if number == 1 { try Self.expectFormat(line) }
                throw UnusableFile(description: "line \(number) was damaged or edited: its checksum is another one")
            }
            guard origin != nil else {
                origin = try Self.origin(line)
                return
            }
            switch try Self.line(line, number) {
            case .change(let id, let entry):
                guard id == Int64(entries.count) else {
                    throw UnusableFile(description: "line \(number) is entry \(id), where \(entries.count) must be")
                }
                entries.append((entry.subject, place))
            case .outcome(let id, let outcome):
                guard entries.indices.contains(Int(clamping: id)) else {
                    throw UnusableFile(description: "line \(number) is about an entry that is not there")
                }
                if outcome == .unwritten { entries[Int(id)] = nil }
            }
        }
        guard let origin else { throw UnusableFile(description: isCut ? "it ends in its first line" : "it is empty") }
        (self.origin, self.isCut, self.file) = (origin, isCut, file)
        places = entries.compactMap(\.self).reduce(into: [:]) { $0[$1.subject, default: []].append($1.place) }
    }

    private enum Line {
        case change(Int64, JournalEntry)
        case outcome(Int64, JournalOutcome)
    }

    /// Tells another file from a journal whose first line was damaged.
    private static func expectFormat(_ line: [UInt8]) throws(UnusableFile) {
        if line.starts(with: JSONLine.beginning(ofFormat: JournalWriter.format)) { return }
        if line.starts(with: JSONLine.beginning(ofFormat: PlanHeader.format)) {
            throw UnusableFile(description: "it is a plan, which the command apply takes")
        }
        throw UnusableFile(description: "it is no journal of this program, or its line 1 was damaged or edited")
    }

    private static func origin(_ line: [UInt8]) throws(UnusableFile) -> Origin {
        do {
            var scanner = JSONScanner(line)
            var reading = OriginReading()
            var (format, version): (String?, Int64?)
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                switch String(decoding: name, as: UTF8.self) {
                case "format": format = try scanner.word()
                case "version": version = try scanner.integer()
                case let name: if try !reading.take(name, &scanner) { _ = try scanner.value() }
                }
            }
            guard format == JournalWriter.format, let version else { throw JSONScanner.Unreadable() }
            guard version == JournalWriter.version else {
                throw UnusableFile(
                    description:
                        "its format has the version \(version), and this program knows \(JournalWriter.version)")
            }
            return try reading.finished()
        } catch let refusal as UnusableFile {
            throw refusal
        } catch {
            throw UnusableFile(description: "it is no journal of this program")
        }
    }

    private static func line(_ line: [UInt8], _ number: Int) throws(UnusableFile) -> Line {
        do {
            var scanner = JSONScanner(line)
            var (id, entry, outcome): (Int64?, JournalEntry?, JournalOutcome?)
            try scanner.object { (name, scanner) throws(JSONScanner.Unreadable) in
                switch String(decoding: name, as: UTF8.self) {
                case "entry": id = try scanner.integer()
                case "change": entry = try JournalEntry(&scanner)
                case "outcome": outcome = JournalOutcome(rawValue: try scanner.word())
                case "checksum": _ = try scanner.string()
                default: throw JSONScanner.Unreadable()
                }
            }
            try scanner.end()
            switch (id, entry, outcome) {
            case (let id?, let entry?, nil): return .change(id, entry)
            case (let id?, nil, let outcome?): return .outcome(id, outcome)
            default: throw JSONScanner.Unreadable()
            }
        } catch {
            throw UnusableFile(description: "line \(number) is no entry of a journal")
        }
    }

    package func has(_ subject: PlannedItem.Subject) -> Bool { places[subject] != nil }

    package var subjects: [PlannedItem.Subject] { Array(places.keys) }

    /// The events that were changed.
    package var events: [EventID] {
        places.keys.compactMap { if case .event(let event) = $0 { event } else { nil } }.sorted()
    }

    /// The entries of a subject that may have been written, the oldest first.
    package func entries(of subject: PlannedItem.Subject) throws(UnusableFile) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        for place in places[subject] ?? [] {
            guard case .change(_, let entry) = try Self.line(try file.line(at: place), 0), entry.subject == subject
            else {
                throw UnusableFile(description: "it was changed while it was read")
            }
            entries.append(entry)
        }
        return entries
    }
}
