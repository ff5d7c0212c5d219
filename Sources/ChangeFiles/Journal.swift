package import HoldModel
import LocalFiles

/// A journal that is to be undone. The entries stay in the file; in memory is where each begins.
package final class Journal: Sendable {
    /// Why a file is no journal that can be undone; the words follow its path.
    package struct Refusal: Error, CustomStringConvertible, Hashable {
        package let description: String
    }

    private struct Place: Sendable {
        let offset: Int64
        let length: Int
    }

    private static let longestLine = 1 << 28
    /// Bytes of `"0123456789abcdef"}`.
    private static let lengthOfEnd = 19

    package let origin: Origin
    /// Whether the file ends in the middle of a line, whose change was never sent.
    package let isCut: Bool
    /// How many entries there are.
    package let count: Int
    private let file: LinedFile
    private let places: [PlannedItem.Subject: [Place]]

    /// Reads and checks the whole file, up to its last whole line.
    ///
    /// - Throws: ``Refusal``, also where the file cannot be read.
    package init(at path: String) throws(Refusal) {
        do {
            let file = try LinedFile(at: path)
            var origin: Origin?
            var (isCut, number, checksum): (Bool, Int, UInt64) = (false, 0, 0)
            var entries: [(subject: PlannedItem.Subject, place: Place)?] = []
            try file.forEachLine(atMost: Self.longestLine) { line, offset, isWhole in
                guard isWhole else {
                    isCut = true
                    return
                }
                number += 1
                let content = Array(line.dropLast(Self.lengthOfEnd))
                checksum = CRC64.checksum(of: content.span, after: checksum)
                guard Array(line.suffix(Self.lengthOfEnd)) == Array("\"\(hexadecimal(checksum))\"}".utf8) else {
                    throw Refusal(description: "line \(number) was damaged or edited: its checksum is another one")
                }
                guard origin != nil else {
                    origin = try Self.origin(line)
                    return
                }
                switch try Self.line(line, number) {
                case .change(let id, let entry):
                    guard id == Int64(entries.count) else {
                        throw Refusal(description: "line \(number) is entry \(id), where \(entries.count) must be")
                    }
                    entries.append((entry.subject, Place(offset: offset, length: line.count)))
                case .outcome(let id, let outcome):
                    guard entries.indices.contains(Int(clamping: id)) else {
                        throw Refusal(description: "line \(number) is about an entry that is not there")
                    }
                    if outcome == .unwritten { entries[Int(id)] = nil }
                }
            }
            guard let origin else { throw Refusal(description: isCut ? "it ends in its first line" : "it is empty") }
            (self.origin, self.isCut, self.file, count) = (origin, isCut, file, entries.count)
            places = entries.compactMap(\.self).reduce(into: [:]) { $0[$1.subject, default: []].append($1.place) }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(description: "\(error)")
        }
    }

    private enum Line {
        case change(Int64, JournalEntry)
        case outcome(Int64, JournalOutcome)
    }

    private static func origin(_ line: [UInt8]) throws(Refusal) -> Origin {
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
                throw Refusal(
                    description:
                        "its format has the version \(version), and this program knows \(JournalWriter.version)")
            }
            return try reading.finished()
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(description: "it is no journal of this program")
        }
    }

    private static func line(_ line: [UInt8], _ number: Int) throws(Refusal) -> Line {
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
            throw Refusal(description: "line \(number) is no entry of a journal")
        }
    }

    package func has(_ subject: PlannedItem.Subject) -> Bool { places[subject] != nil }

    package var subjects: [PlannedItem.Subject] { Array(places.keys) }

    /// The events that were changed.
    package var events: [EventID] {
        places.keys.compactMap { if case .event(let event) = $0 { event } else { nil } }.sorted()
    }

    /// The entries of a subject that may have been written, the oldest first.
    package func entries(of subject: PlannedItem.Subject) throws(Refusal) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        for place in places[subject] ?? [] {
            let line: [UInt8]
            do {
                line = try file.read(at: place.offset, atMost: place.length)
            } catch {
                throw Refusal(description: "\(error)")
            }
            guard case .change(_, let entry) = try Self.line(line, 0), entry.subject == subject else {
                throw Refusal(description: "it was changed while it was read")
            }
            entries.append(entry)
        }
        return entries
    }
}
