package import HoldModel
package import LocalFiles

/// A plan that is to be applied. The items stay in the file; in memory is where each begins.
package final class ApprovedPlan: Sendable {
    private static let longestLine = 1 << 28
    private static let longestHeader = 1 << 26

    package let header: PlanHeader
    private let file: LinedFile
    private let places: [PlannedItem.Subject: LinePlace]

    /// Reads and checks the whole file.
    ///
    /// - Throws: ``UnusableFile``, also where the file cannot be read.
    package init(at path: String) throws(UnusableFile) {
        let file = try LinedFile(at: path)
        var header: (header: PlanHeader, checksum: UInt64)?
        var lengthOfHeader = 0
        var places: [PlannedItem.Subject: LinePlace] = [:]
        var (checksum, size, number): (UInt64, Int64, Int) = (0, 0, 0)
        try file.forEachLine(atMost: Self.longestLine) { (line, place, isWhole) throws(UnusableFile) in
            number += 1
            guard isWhole else { throw UnusableFile(description: "it ends in the middle of line \(number)") }
            guard header != nil else {
                header = try Self.header(line)
                lengthOfHeader = line.count
                return
            }
            checksum = CRC64.checksum(of: (line + [UInt8(ascii: "\n")]).span, after: checksum)
            size += Int64(line.count) + 1
            guard let item = Self.item(line) else {
                throw UnusableFile(description: "line \(number) is no item of a plan")
            }
            guard places.updateValue(place, forKey: item.subject) == nil else {
                throw UnusableFile(description: "line \(number) is about the same as one before it")
            }
        }
        guard let header else { throw UnusableFile(description: "it is empty") }
        guard size == header.header.totals.bytes,
            header.header.checksum(after: checksum, length: lengthOfHeader) == header.checksum
        else {
            throw UnusableFile(description: "it was damaged or edited: its checksum is another one. Make a new plan")
        }
        (self.header, self.file, self.places) = (header.header, file, places)
    }

    private static func item(_ line: [UInt8]) -> PlannedItem? { try? PlannedItem(line: line) }

    private static func header(_ line: [UInt8]) throws(UnusableFile) -> (PlanHeader, UInt64) {
        if line.count <= longestHeader, line.allSatisfy({ $0 == UInt8(ascii: " ") }) {
            throw UnusableFile(description: "the run that made it has not come to its end. Make a new plan")
        }
        do {
            return try PlanHeader.reading(line)
        } catch {
            switch error {
            case .newer(let version):
                throw UnusableFile(
                    description: "its format has the version \(version), and this program knows \(PlanHeader.version)")
            case .unreadable:
                if line.starts(with: JSONLine.beginning(ofFormat: JournalWriter.format)) {
                    throw UnusableFile(description: "it is a journal, which the command undo takes")
                }
                throw UnusableFile(description: "it is no plan of this program, or it was damaged")
            }
        }
    }

    /// How many items there are.
    package var count: Int { places.count }

    package func has(_ subject: PlannedItem.Subject) -> Bool { places[subject] != nil }

    /// The events of its items.
    package var events: [EventID] {
        places.keys.compactMap { if case .event(let event) = $0 { event } else { nil } }.sorted()
    }

    /// The plan's item of a subject; `nil` where it has none.
    ///
    /// - Throws: ``UnusableFile`` where the file cannot be read any more.
    package func item(of subject: PlannedItem.Subject) throws(UnusableFile) -> PlannedItem? {
        guard let place = places[subject] else { return nil }
        guard let item = Self.item(try file.line(at: place)) else {
            throw UnusableFile(description: "it was changed while it was read")
        }
        return item
    }
}
